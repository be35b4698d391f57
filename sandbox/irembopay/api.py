"""Invoices and payments over HTTP (API version 2)."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import faults, faulty, money
from sandbox.faults import Kind, Moment
from sandbox.irembopay.invoice import Draft, Invoice, amount_on_wire, wire
from sandbox.irembopay.office import NotPayable, TransactionTaken
from sandbox.irembopay.push import problem_with
from sandbox.world import world

pages = Blueprint("irembopay_api", __name__, url_prefix="/payments")

_LANGUAGES = ("EN", "FR", "RW")
_TEXT = re.compile(r"[\x21-\x7e]{1,64}")
_CURRENCY = "RWF"


class Refused(Exception):
    """The call gets this answer and has no effect."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(code)
        self.response = _error(status, code, detail)


def _error(status: int, code: str, detail: str) -> Response:
    response = jsonify(success=False, message=detail, errors=[{"code": code, "detail": detail}])
    response.status_code = status
    return response


def _carry_out(moment: Moment, process: Callable[[], Response]) -> Response:
    def guarded() -> Response:
        try:
            if request.headers.get("irembopay-secretKey") != world().settings.irembopay.secret_key:
                raise Refused(401, "AUTHENTICATION_FAILED", "Invalid IremboPay secret key")
            if request.headers.get("X-API-Version") != "2":
                raise Refused(400, "BAD_DATA", "X-API-Version must be 2")
            return process()
        except Refused as refusal:
            return refusal.response

    return faulty.answer(world().faults.take(faults.Operator.IREMBOPAY, moment), guarded, _failure)


def _failure(kind: Kind) -> Response:
    match kind:
        case Kind.DOWN:
            return Response("<html><body><h1>503 Service Unavailable</h1></body></html>", 503, mimetype="text/html")
        case Kind.RATE_LIMITED:
            return _error(429, "TOO_MANY_REQUESTS", "Too many requests hit the API too quickly")
        case _:
            return _error(500, "INTERNAL_SERVER_ERROR", "An internal server error has occurred")


@pages.post("/invoices")
def create() -> Response:
    return _carry_out(Moment.REQUEST, _create)


def _create() -> Response:
    try:
        invoice = world().irembopay.take_in(_draft())
    except TransactionTaken:
        raise Refused(400, "TRANSACTION_ID_ALREADY_EXISTS", "An invoice with this transactionId exists") from None
    return _answer(201, "Invoice created successfully", wire(invoice))


@pages.get("/invoices/<reference>")
def show(reference: str) -> Response:
    """The invoice by its number or by the merchant's transactionId."""
    return _carry_out(Moment.STATUS, lambda: _show(reference))


def _show(reference: str) -> Response:
    return _answer(200, "Invoice details", wire(_found(reference)))


def _found(reference: str) -> Invoice:
    invoice = world().irembopay.find(reference)
    if invoice is None or world().clock.now() < invoice.hidden_until:
        raise Refused(404, "INVOICE_NOT_FOUND", "The invoice provided does not exist")
    return invoice


@pages.post("/transactions/initiate")
def initiate() -> Response:
    return _carry_out(Moment.OTHER, _initiate)


def _initiate() -> Response:
    sent = _body()
    number = sent.get("invoiceNumber")
    if not isinstance(number, str) or not number:
        raise Refused(400, "INVOICE_MISSING", "Invoice number is not provided in the request body")
    phone, provider = str(sent.get("accountIdentifier") or ""), str(sent.get("paymentProvider") or "")
    code = problem_with(phone, provider)
    if code is not None:
        raise Refused(400, code, "The number or the provider can't be used for this payment")
    invoice = _found(number)
    try:
        push = world().irembopay.ask(invoice.number, phone, provider)
    except NotPayable as problem:
        raise Refused(400, problem.code, "The invoice can't be paid") from None
    return _answer(
        200,
        "Payment initiated successfully",
        {
            "accountIdentifier": phone,
            "paymentProvider": provider,
            "invoiceNumber": invoice.number,
            "amount": amount_on_wire(invoice.amount, invoice.currency),
            "referenceId": push.reference,
        },
    )


def _answer(status: int, message: str, data: dict[str, Any]) -> Response:
    response = jsonify(success=True, message=message, data=data)
    response.status_code = status
    return response


def _draft() -> Draft:
    sent = _body()
    transaction_id = sent.get("transactionId")
    if not isinstance(transaction_id, str) or not _TEXT.fullmatch(transaction_id):
        raise _bad("transactionId must be a text of 1 to 64 characters without spaces")
    account = sent.get("paymentAccountIdentifier")
    if account != world().settings.irembopay.payment_account:
        raise Refused(404, "PAYMENT_ACCOUNT_NOT_FOUND", "The payment account does not exist")
    items, customer, language = _items(sent.get("paymentItems")), sent.get("customer"), sent.get("language", "EN")
    if customer is not None and not isinstance(customer, dict):
        raise _bad("customer must be an object")
    if language not in _LANGUAGES:
        raise _bad("language must be EN, FR or RW")
    return Draft(
        transaction_id=transaction_id,
        account=str(account),
        amount=sum(_minor(item["unitAmount"]) * item["quantity"] for item in items),
        currency=_CURRENCY,
        items=items,
        customer=customer,
        description=None if sent.get("description") is None else str(sent["description"])[:500],
        language=language,
        expiry_at=_expiry(sent.get("expiryAt")),
        link_base=f"{request.host_url.rstrip('/')}{request.script_root}/pay",
    )


def _items(found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not found:
        raise _bad("paymentItems must be a list with at least one item")
    return [_item(item) for item in found]


def _item(item: object) -> dict[str, Any]:
    if not isinstance(item, Mapping):
        raise _bad("a payment item must be an object")
    quantity = item.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 0 < quantity < 10_000:
        raise _bad("quantity must be a whole number above 0")
    if item.get("code") != world().settings.irembopay.product_code:
        raise Refused(404, "PRODUCT_NOT_FOUND", "No product has this code")
    _minor(item.get("unitAmount"))
    return {"unitAmount": item["unitAmount"], "quantity": quantity, "code": item["code"]}


def _minor(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad("unitAmount must be a number")
    try:
        return money.minor(str(value), _CURRENCY)
    except money.BadAmount:
        raise _bad(f"unitAmount is no amount of {_CURRENCY}") from None


def _expiry(value: object) -> float | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise _bad("expiryAt must be a date and time") from None
    if at.tzinfo is None or at.timestamp() <= world().clock.now():
        raise _bad("expiryAt must have an offset and lie in the future")
    return at.timestamp()


def _body() -> dict[str, Any]:
    found = request.get_json(force=True, silent=True)
    if not isinstance(found, dict):
        raise _bad("The body must be a JSON object")
    return found


def _bad(detail: str) -> Refused:
    return Refused(400, "BAD_DATA", detail)
