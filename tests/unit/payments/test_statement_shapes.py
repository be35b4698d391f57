"""The columns of each provider: what its statement says in its own way, we read as one and the same."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.money import Money
from app.payments.reconciliation.reading import offered, read_statement, sources
from app.payments.reconciliation.shapes import SHAPES
from app.payments.reconciliation.statement import LineKind, LineMissing, Statement, UnreadableStatement

KIGALI = ZoneInfo("Africa/Kigali")
K = LineKind
AIRTEL = """transaction_date,airtel_money_id,transaction_id,reference,transaction_type,transaction_status,amount,fee,\
currency,balance,msisdn
2026-05-04T00:00:00+02:00,,,,OPENING_BALANCE,,,,RWF,500,
2026-05-04T10:00:00+02:00,MP1,0b3d,B222222222,MERCHANT_PAYMENT,TS,20000,200,RWF,20500,***101
2026-05-04T10:01:00+02:00,,0b3e,B333333333,MERCHANT_PAYMENT,TE,20000,0,RWF,20500,***101
2026-05-04T10:02:00+02:00,MP2,77aa,B222222222,REFUND,TS,-20000,0,RWF,500,***101
2026-05-04T23:59:59+02:00,,,,CLOSING_BALANCE,,,,RWF,500,
"""
MPESA = """Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,\
Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.
,2026-05-04 00:00:00,,,,,,"1,000.50",,OPENING_BALANCE,,,
SA1,2026-05-04 00:30:00,,Pay Bill,Completed,"1,500.00",,"2,500.50",TRUE,Pay Bill Online,***000,,b2 22222 222
SA1,2026-05-04 00:30:00,,Charge,Completed,,-15.00,"2,485.50",TRUE,Pay Bill Charge,,,B222222222
SA2,2026-05-04 12:00:00,,Reversal,Completed,,"1,500.00",985.50,TRUE,Transaction Reversal,***000,SA1,B222222222
SA3,2026-05-04 13:00:00,,To bank,Completed,,-900.00,85.50,TRUE,Organization Settlement Account,,,
,2026-05-04 23:59:59,,,,,,85.50,,CLOSING_BALANCE,,,
"""
IREMBOPAY = """paidAt,paymentReference,invoiceNumber,transactionId,type,paymentStatus,amount,fee,currency,balance,payer
2026-05-04T00:00:00+02:00,,,,OPENING_BALANCE,,,,RWF,0,
2026-05-04T10:00:00.250+02:00,MP880,880,0b3d,PAYMENT,PAID,20000,200,RWF,20000,***101
2026-05-04T23:59:59+02:00,,,,CLOSING_BALANCE,,,,RWF,20000,
"""
STRIPE = """id,type,source,amount,fee,net,currency,created,status,payment_intent,reference_id
,OPENING_BALANCE,,,,100,eur,1777845600,,,
txn_1,charge,ch_1,1250,25,1225,eur,1777881600,pending,pi_1,0b3d
txn_2,refund,re_1,-500,0,-500,eur,1777885200,available,pi_1,0b3e
txn_3,payout,po_1,-800,0,-800,eur,1777888800,available,,
,CLOSING_BALANCE,,,,25,eur,1777931999,,,
"""


def read(provider: str, content: str) -> Statement:
    statement = read_statement(provider, content.encode(), KIGALI)
    statement.check()
    return statement


def told(statement: Statement) -> list[tuple[str, str, LineKind, bool, int, int]]:
    return [
        (one.ours, one.theirs, one.kind, one.succeeded, one.amount.minor, one.charge.minor) for one in statement.lines
    ]


def test_airtel_names_payments_by_our_id_and_refunds_by_the_bill() -> None:
    assert told(read("airtel_money", AIRTEL)) == [
        ("0b3d", "MP1", K.PAYMENT, True, 20_000, 200),
        ("0b3e", "", K.PAYMENT, False, 20_000, 0),
        ("B222222222", "MP2", K.REFUND, True, -20_000, 0),
    ]


def test_mpesa_has_two_columns_of_shillings_charges_of_their_own_and_what_payers_typed() -> None:
    statement = read("mpesa", MPESA)
    assert told(statement) == [
        ("B222222222", "SA1", K.PAYMENT, True, 150_000, 0),
        ("B222222222", "SA1", K.CHARGE, True, 0, 1_500),
        ("B222222222", "SA2", K.REFUND, True, -150_000, 0),
        ("", "SA3", K.SETTLEMENT, True, -90_000, 0),
    ]
    assert (statement.opening, statement.closing) == (Money(100_050, "KES"), Money(8_550, "KES"))


def test_mpesas_hours_and_days_are_those_of_nairobi() -> None:
    first = read("mpesa", MPESA).lines[0]
    assert first.at == datetime(2026, 5, 3, 21, 30, tzinfo=UTC)
    assert first.day == date(2026, 5, 4), "in Kigali it was still the third"


def test_irembopay_names_its_own_reference_and_our_id() -> None:
    assert told(read("irembopay", IREMBOPAY)) == [("0b3d", "MP880", K.PAYMENT, True, 20_000, 200)]


def test_stripe_counts_in_minor_units_and_takes_its_fee_at_once() -> None:
    statement = read("stripe", STRIPE)
    assert told(statement) == [
        ("0b3d", "pi_1", K.PAYMENT, True, 1_250, 25),
        ("0b3e", "re_1", K.REFUND, True, -500, 0),
        ("", "", K.SETTLEMENT, True, -800, 0),
    ]
    assert statement.lines[0].amount == Money(1_250, "EUR")
    assert statement.lines[0].effect == Money(1_225, "EUR")


@pytest.mark.parametrize(("currency", "shown"), [("rwf", "RWF 1,250"), ("kes", "KES 12.50"), ("eur", "EUR 12.50")])
def test_stripes_units_are_those_of_the_currency(currency: str, shown: str) -> None:
    assert str(read("stripe", STRIPE.replace("eur", currency)).lines[0].amount) == shown


@pytest.mark.parametrize(
    ("provider", "content"),
    [
        ("stripe", STRIPE.replace("1250,25,1225", "1250,25,1224")),
        ("stripe", STRIPE.replace("1250,25,1225", "12.50,0.25,12.25")),
        ("stripe", STRIPE.replace("eur", "ugx")),
        ("stripe", STRIPE.replace("1777881600", "1777881600000000")),
        ("mpesa", MPESA.replace('"1,500.00",,', ",,")),
        ("mpesa", MPESA.replace("1,500.00", "1,500.005")),
        ("airtel_money", AIRTEL.replace("2026-05-04T23", "2026-05-03T23")),
        ("airtel_money", AIRTEL.replace("2026-05-04T23", "2027-05-04T23")),
        ("irembopay", IREMBOPAY.replace("transactionId", "transaction")),
    ],
)
def test_what_contradicts_itself_is_refused(provider: str, content: str) -> None:
    with pytest.raises(UnreadableStatement):
        read(provider, content)


@pytest.mark.parametrize(
    ("provider", "content", "gone"), [("mpesa", MPESA, 3), ("stripe", STRIPE, 2), ("stripe", STRIPE, 4)]
)
def test_a_charge_or_a_payout_that_is_missing_is_noticed_too(provider: str, content: str, gone: int) -> None:
    lines = content.splitlines()
    with pytest.raises(LineMissing):
        read(provider, "\n".join(lines[:gone] + lines[gone + 1 :]))


FILES = {"airtel_money": AIRTEL, "mpesa": MPESA, "irembopay": IREMBOPAY, "stripe": STRIPE}


@pytest.mark.parametrize("provider", FILES)
def test_a_file_says_which_days_it_covers(provider: str) -> None:
    assert read(provider, FILES[provider]).covers == (date(2026, 5, 4), date(2026, 5, 4))


def test_only_what_is_set_up_is_offered_and_all_is_named() -> None:
    assert set(offered({"mtn_momo": "MTN"})) == {"mtn_momo", "bank"}
    assert set(sources({"mtn_momo": "MTN"})) == {*SHAPES, "bank"}
