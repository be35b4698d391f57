"""Statements of account to download, by day."""

from datetime import date, timedelta

from flask import Blueprint, Response, abort, render_template

from sandbox.statements import camt053, provider_csv
from sandbox.statements.account import Account, day_of
from sandbox.statements.accounts import ACCOUNTS
from sandbox.statements.faulty import statement
from sandbox.statements.settlement import paid_on, settle, settled
from sandbox.world import world

pages = Blueprint("statements", __name__, url_prefix="/statements")
_DAYS = 31
HOME = "rwf"


@pages.get("")
def show() -> str:
    """The last month, newest first; the bank has a day's takings on the next."""
    today = day_of(world().clock.now())
    days = [today - timedelta(days=back) for back in range(_DAYS)]
    banks = [currency.lower() for currency in camt053.NUMBERS]
    return render_template("sandbox/statements.html", accounts=_accounts(), days=days, banks=banks)


@pages.get("/<word>/<day>.csv")
def of_operator(word: str, day: str) -> Response:
    """An operator's statement of one day."""
    if word not in ACCOUNTS:
        abort(404)
    found = statement(world(), ACCOUNTS[word](world()), _day(day))
    return _file(provider_csv.written(found), "text/csv", f"{word}-{day}.csv")


@pages.get("/bank/<day>.xml", defaults={"currency": HOME})
@pages.get("/bank-<currency>/<day>.xml")
def of_bank(day: str, currency: str) -> Response:
    """The bank's statement of one day and account: what each operator paid in, or took back, for the day before."""
    wanted, money = _day(day), currency.upper()
    if money not in camt053.NUMBERS:
        abort(404)
    accounts = [account for account in _accounts() if account.currency == money]
    for account in accounts:
        settle(world(), account, min(wanted, day_of(world().clock.now(), account.zone)))
    made = [one for account in accounts for one in settled(world(), account.word)]
    opening = sum(one.net for one in made if paid_on(one) < wanted)
    written = camt053.written(wanted, opening, [one for one in made if paid_on(one) == wanted], money)
    return _file(written, "application/xml", f"bank-{currency}-{day}.xml")


def _accounts() -> list[Account]:
    return [account(world()) for account in ACCOUNTS.values()]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _file(content: str | bytes, kind: str, name: str) -> Response:
    response = Response(content, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
