"""How everything comes to rest, and what must be true then besides: of what is repeated, read back and written down."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from app.core.actor import SYSTEM
from app.core.errors import Refusal
from app.payments import inquiry
from app.payments.books.entries import Period
from app.payments.books.export import Format, journal
from app.payments.ids import AttemptId
from tests.builders import money_invariants as true
from tests.builders.accountant import Office
from tests.builders.books import balances_of, judged
from tests.builders.crash_books import MONEY, under_way
from tests.builders.market import Market
from tests.contracts.money.people import PHONES, People

# Every late callback and every rung of the ladder is passed; what is under way still has some hours more.
_STRIDES = (30, 400, 1_000, 4_000, 90_000)
_HOURS = 8
_KIGALI = ZoneInfo("Africa/Kigali")
_ROWS = (
    *("payment_attempt", "attempt_event", "payment_evidence", "journal_entry", "posting", "payment_receipt"),
    *("refund", "refund_due", "refund_event", "event", "event_delivery", "delivery", "callback_inbox"),
    *("bill_payment", "unidentified_payment", "statement_line", "settlement"),
)
_NUMBERS = re.compile("|".join(re.escape(number.removeprefix("+")) for number in PHONES.values()))

File = tuple[str, bytes]
LogLine = MutableMapping[str, Any]


def come_to_rest(market: Market, people: People) -> None:
    """Nothing goes wrong any more, time passes, everything is called back, and the keepers decide what waits."""
    market.trap.where = ""
    market.box.world.faults.clear()
    for seconds in _STRIDES:
        _let_pass(market, seconds)
    for _ in range(_HOURS):
        people.settle_refunds(market.look())
        _let_pass(market, 4_000)
        if not under_way(market.house, MONEY):
            return


def _let_pass(market: Market, seconds: int) -> None:
    market.pass_time(seconds)
    due = True
    while due:
        for call in market.due():
            market.deliver(call)
        market.work()
        market.pass_time()
        due = bool(market.due())


def take_in(office: Office, source: str, content: bytes) -> None:
    """A statement is uploaded; one that doesn't add up is refused."""
    with suppress(Refusal):
        office.take(source, content)


def complaints_at_rest(market: Market, office: Office, files: Sequence[File], lines: Sequence[LogLine]) -> list[str]:
    """All that is wrong now, each with the name of what it hurts."""
    found = true.complaints(true.AT_REST, market.look())
    checks: dict[Callable[..., Iterator[str]], tuple[Any, ...]] = {
        the_same_again_changes_nothing: (market,),
        statements_in_any_order_say_the_same: (market, office, files),
        nobodys_number_is_written_down: (market, lines),
        the_journal_loads: (market,),
    }
    return found + [f"{check.__name__}: {line}" for check, given in checks.items() for line in check(*given)]


def the_same_again_changes_nothing(market: Market) -> Iterator[str]:
    """9. Every callback once more, every provider asked once more: no row, entry, event or message is added."""
    before, states = _rows(market), _states(market)
    for call in tuple(market.heard):
        market.deliver(call)
    for row in market.rows("select id from payment_attempt where provider <> 'cash_desk'"):
        with suppress(Refusal):
            inquiry.ask(market.till, AttemptId(row.id))
    market.work()
    after = _rows(market)
    yield from (f"{table} had {before[table]} rows and has {after[table]}" for table in _ROWS if before != after)
    if _states(market) != states:
        yield "something has changed its state"


def statements_in_any_order_say_the_same(market: Market, office: Office, files: Sequence[File]) -> Iterator[str]:
    """18. All statements once more and backwards: no line is new, nothing is settled again, the same differs."""
    days = market.rows("select distinct source, day from reconciliation_break where source = 'mtn_momo'")
    for row in days:
        office.compare(row.day)
    before, rows = _breaks(market), _rows(market)
    for source, content in reversed(files):
        take_in(office, source, content)
    for row in days:
        office.compare(row.day)
    if (_breaks(market), _rows(market)) != (before, rows):
        yield f"{before} became {_breaks(market)}, {rows - _rows(market)} or {_rows(market) - rows} rows"


def nobodys_number_is_written_down(market: Market, lines: Sequence[LogLine]) -> Iterator[str]:
    """20. Neither in the logs nor in the evidence that is kept; nor is a secret."""
    kept = market.rows("select raw from payment_evidence union all select raw from callback_inbox")
    secrets = [value for name, value in market.environ.items() if name.endswith(("KEY", "SECRET", "PASSKEY", "TOKEN"))]
    for text in [*map(str, lines), *(row.raw for row in kept)]:
        if _NUMBERS.search(text) or any(secret in text for secret in secrets if len(secret) > 20):
            yield text


def the_journal_loads(market: Market) -> Iterator[str]:
    """21. Beancount finds no error in it, and adds up the same balances."""
    with market.house.database.snapshot(SYSTEM) as session:
        written = "".join(journal(session, Period(zone=_KIGALI, first=None, last=None), Format.BEANCOUNT))
    if sum(balances_of(judged(written)).values()):
        yield "what beancount adds up is not zero"


def _rows(market: Market) -> Counter[str]:
    ask = " union all ".join(f"select '{table}' name, count(*) number from {table}" for table in _ROWS)
    return Counter({row.name: row.number for row in market.rows(ask)})


def _states(market: Market) -> list[Any]:
    attempts = "select id, state, amount_minor, provider_reference from payment_attempt order by id"
    return [*market.rows(attempts), *market.rows("select id, state, amount_minor, done_at from refund order by id")]


def _breaks(market: Market) -> list[Any]:
    return list(
        market.rows(
            "select source, day, kind, key, amount_minor from reconciliation_break where gone_at is null "
            "order by source, day, kind, key"
        )
    )
