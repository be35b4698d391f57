"""Airtel's documents: read whatever comes, and decide on money only by the transaction's own status."""

import base64
import hashlib
import hmac
import json
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import EXPONENTS, Money
from app.payments.provider import Answer, AttemptRef, MalformedReport, PaymentRequest, ReportState
from app.payments.rails import airtel_wire, wire
from app.payments.rails.airtel_seals import BadKey, heard_in, sign
from app.payments.reasons import ADVICE, Reason

KEY = "callback-key-for-tests"
ID = UUID("0192f0c1-0000-4000-8000-000000000001")
ASKED = AttemptRef(reference_id=ID, host=None, amount=Money(20_000, "RWF"))

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
codes = st.sampled_from(
    [*airtel_wire._ENDED, *airtel_wire._REFUSED, *airtel_wire._SAYS_NOTHING, "ESB000010", "ESB000041", "ESB000045"]
)
words = st.sampled_from(["TS", "TF", "TE", "TA", "TIP", "TI", "SUCCESS", "FAILED", "Success.", ""])
transactions = st.fixed_dictionaries(
    {},
    optional={
        "id": st.just(str(ID)) | anything,
        "status": words | anything,
        "status_code": words | anything,
        "airtel_money_id": anything,
        "amount": anything,
        "currency": st.just("RWF") | anything,
        "message": anything,
    },
)
envelopes = st.fixed_dictionaries(
    {},
    optional={
        "code": anything,
        "success": st.booleans() | anything,
        "result_code": codes | anything,
        "response_code": codes | anything,
        "message": anything,
    },
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "data": st.fixed_dictionaries({}, optional={"transaction": transactions | anything}) | anything,
        "status": envelopes | anything,
        "transaction": transactions | anything,
        "hash": anything,
        "error": anything,
    },
)
bodies = st.binary(max_size=300) | (documents | anything).map(lambda found: json.dumps(found).encode())
statuses = st.sampled_from([200, 202, 400, 401, 403, 404, 408, 429, 500, 503])


def answer(word: object, code: str = "DP00800001006", success: bool = True, **more: object) -> dict[str, Any]:
    transaction = {"id": str(ID), "status": word, **more}
    return {"data": {"transaction": transaction}, "status": {"response_code": code, "success": success}}


def request_for(amount: Money, msisdn: str = "+250722123456") -> PaymentRequest:
    return PaymentRequest(
        reference_id=ID, amount=amount, msisdn=msisdn, bill_reference="B7K3M9QXDA", message="Fee", callback_url=None
    )


@given(bodies, statuses)
def test_any_bytes_are_read_or_malformed(body: bytes, http: int) -> None:
    try:
        found = wire.document(body)
    except MalformedReport:
        return
    report = airtel_wire.enquiry_report(http, found, ASKED)
    assert "\x00" not in report.raw + (report.provider_reference or "")
    assert report.amount is None or report.amount.minor >= 0
    airtel_wire.payment_answer(http, found)
    airtel_wire.refund_answer(http, found)


@given(bodies)
def test_any_callback_is_read_or_malformed_and_never_genuine_by_chance(body: bytes) -> None:
    try:
        heard = heard_in(body)
    except MalformedReport:
        return
    assert not heard.is_genuine(KEY)
    airtel_wire.callback_report(heard.transaction)
    airtel_wire.reference_in(heard.transaction)


@given(documents, statuses)
def test_only_ts_is_a_success_and_only_tf_and_te_are_an_end(found: dict[str, Any], http: int) -> None:
    read = wire.document(json.dumps(found).encode())
    report = airtel_wire.enquiry_report(http, read, ASKED)
    word = airtel_wire.word_in(airtel_wire.transaction_in(read))
    expected = {ReportState.SUCCEEDED: "TS", ReportState.FAILED: "TF", ReportState.EXPIRED: "TE"}
    if report.state in expected:
        assert (word, http < 300) == (expected[report.state], True)


@given(st.text().filter(lambda s: s.strip().upper() not in airtel_wire._STATES), envelopes)
def test_an_unknown_status_is_never_an_outcome(word: str, envelope: dict[str, Any]) -> None:
    found = wire.document(json.dumps(answer(word) | {"status": envelope}).encode())
    state = airtel_wire.enquiry_report(200, found, ASKED).state
    assert state in (ReportState.AMBIGUOUS, ReportState.NOT_FOUND)
    if word.strip():
        assert state is ReportState.AMBIGUOUS


@given(st.text(), st.sampled_from([200, 400, 403, 500]))
def test_an_unknown_code_is_no_refusal_under_200_and_a_failure_without_reason(code: str, http: int) -> None:
    known = {*airtel_wire._REFUSED, *airtel_wire._ENDED, "ESB000041"}
    if code.strip().upper() in known:
        return
    bare = {"status": {"result_code": code, "success": False}}
    assert airtel_wire.payment_answer(200, bare).answer is Answer.UNKNOWN
    assert airtel_wire.payment_answer(500, bare).answer is Answer.UNKNOWN
    report = airtel_wire.enquiry_report(200, answer("TF", code), ASKED)
    assert (report.state, report.reason) == (ReportState.FAILED, Reason.UNSPECIFIED)


@pytest.mark.parametrize("code", sorted(airtel_wire._SAYS_NOTHING))
@pytest.mark.parametrize("http", [200, 400, 500])
def test_a_code_that_two_tables_read_differently_decides_nothing(code: str, http: int) -> None:
    for found in ({"status": {"response_code": code, "success": False}}, {"status_code": code}):
        assert airtel_wire.payment_answer(http, found).answer is Answer.UNKNOWN
        assert airtel_wire.refund_answer(http, found).answer is Answer.UNKNOWN
        assert airtel_wire.enquiry_report(http, found, ASKED).state is ReportState.AMBIGUOUS


@given(documents, statuses)
def test_every_refusal_and_end_has_words(found: dict[str, Any], http: int) -> None:
    for read in (airtel_wire.payment_answer(http, found), airtel_wire.refund_answer(http, found)):
        assert (read.reason in ADVICE) == (read.answer is Answer.REJECTED)


@pytest.mark.parametrize("success", [True, False])
def test_the_envelope_does_not_undo_what_the_transaction_says(success: bool) -> None:
    found = answer("TS", "DP00800001006", success, airtel_money_id="MP210603.1234.L06941")
    report = airtel_wire.enquiry_report(200, found, ASKED)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, ASKED.amount)
    assert report.provider_reference == "MP210603.1234.L06941"


@pytest.mark.parametrize("named", ["another-payment", "37485c06-1e48-4b24-bc0a-21f4596d0675"])
def test_an_answer_about_another_payment_says_nothing(named: str) -> None:
    assert airtel_wire.enquiry_report(200, answer("TS", id=named), ASKED).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize("named", [False, None, "", str(ID).upper()])
def test_an_answer_that_names_no_payment_is_about_the_one_asked_for(named: object) -> None:
    expected = ReportState.AMBIGUOUS if named == "" else ReportState.SUCCEEDED
    assert airtel_wire.enquiry_report(200, answer("TS", id=named), ASKED).state is expected


@pytest.mark.parametrize(
    ("said", "meant"),
    [(20_000, Money(20_000, "RWF")), ("20000.00", Money(20_000, "RWF")), (Decimal("0.5"), None), ("x", None)],
)
def test_an_amount_that_is_named_all_the_same_is_the_one_reported(said: object, meant: Money | None) -> None:
    assert airtel_wire.enquiry_report(200, answer("TS", amount=said), ASKED).amount == meant


@given(st.integers(1, 10**12))
def test_francs_never_gain_a_factor_of_100(minor: int) -> None:
    sent = json.loads(airtel_wire.payment_body(request_for(Money(minor, "RWF"))))["transaction"]["amount"]
    assert type(sent) is int
    assert sent == minor


@given(st.builds(Money, st.integers(1, 10**12), st.sampled_from(sorted(EXPONENTS))))
def test_an_amount_survives_the_wire(amount: Money) -> None:
    sent = wire.document(airtel_wire.payment_body(request_for(amount)))["transaction"]["amount"]
    assert wire.amount_from_wire(sent, amount.currency) == amount


def test_the_body_of_a_request_is_as_the_documents_have_it() -> None:
    assert json.loads(airtel_wire.payment_body(request_for(Money(20_000, "RWF")))) == {
        "reference": "B7K3M9QXDA",
        "subscriber": {"country": "RW", "currency": "RWF", "msisdn": "722123456"},
        "transaction": {"amount": 20_000, "country": "RW", "currency": "RWF", "id": str(ID)},
    }


@given(st.from_regex(r"7[23][0-9]{7}", fullmatch=True), documents)
def test_no_payers_number_or_name_is_kept(number: str, document: dict[str, Any]) -> None:
    told = answer("TS", message=f"Paid by Somebody Known, {number}")
    told["status"]["message"] = f"No wallet for {number}"
    kept = airtel_wire.redacted(document | told)
    assert number not in kept
    assert "Somebody" not in kept


def hashed(text: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text, hashlib.sha256)).decode()


SENT = b'{ "id" : "x", "status_code" : "TS", "message":"Amafaranga \xe2\x82\xac" }'
COMPACT = '{"id":"x","status_code":"TS","message":"Amafaranga €"}'.encode()


@pytest.mark.parametrize("over", [SENT, COMPACT])
def test_a_hash_over_the_bytes_as_sent_or_over_their_compact_form_is_genuine(over: bytes) -> None:
    for body in (
        b'{"transaction": ' + SENT + b', "hash": "' + hashed(over).encode() + b'"}',
        b' {"hash":"' + hashed(over).encode() + b'" ,\n"other":[1,{"transaction":2}],"transaction":' + SENT + b"} ",
    ):
        assert heard_in(body).is_genuine(KEY)
        assert not heard_in(body).is_genuine(KEY + "x")
        assert not heard_in(body.replace(b'"TS"', b'"TF"')).is_genuine(KEY)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"transaction":{}',
        b'{"transaction":[]}',
        b'{"transaction":{}} x',
        b'{"transaction":{},"transaction":{"status_code":"TS"}}',
        b'{"transaction":{"a":NaN}}',
        b'{"transaction":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_000 + b"}",
        b'{"a":"' + b"x" * wire.MOST_BYTES + b'","transaction":{}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_callback_or_says_transaction_twice_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedReport):
        heard_in(body)


@pytest.mark.parametrize("key", ["", "AAAA", "not base64!", base64.b64encode(b"x" * 300).decode()])
def test_what_is_no_key_signs_nothing(key: str) -> None:
    with pytest.raises(BadKey):
        sign(b"{}", key)
