"""Looks through the portal's books and the outside world's after the kills. Each check says what is wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import wiring
from app.core.actor import SYSTEM
from app.core.errors import Unavailable
from app.core.events import decode
from app.notify.wording import token_of
from app.payments.queries import books as portal_books
from app.wiring import House
from tests.builders.crash_city import City
from tests.builders.crash_claims import Claim

_UNDER_WAY = {
    "events": "select count(*) from event_delivery where done_at is null",
    "messages": "select count(*) from delivery where status in ('queued', 'sending', 'retrying')",
    "payments": "select count(*) from payment_attempt where state in ('created', 'submitted', 'pending', 'unknown')",
    "refunds": "select count(*) from refund where state in ('requested', 'approved', 'submitted', 'unknown')",
    "callbacks": "select count(*) from callback_inbox where processed_at is null",
}
_FILED = ("submitted", "under_review", "accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Both sides at one moment: rows of the portal, and what operator, gateway and mailbox say."""

    house: House
    files: Path
    operator: dict[str, Any]
    messages: dict[str, Any]
    claims: Sequence[Claim]

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Rows of the portal's database."""
        with self.house.database.reading(SYSTEM) as session:
            return list(session.execute(text(statement), values).all())

    def complaints(self) -> list[str]:
        """All that is wrong, empty when nothing is."""
        return [f"{check.__name__[1:]}: {line}" for check in _CHECKS for line in check(self)]


def open_books(city: City, house: House, claims: Sequence[Claim]) -> Books:
    """The books as they stand now."""
    with httpx.Client(base_url=city.sandbox_url, trust_env=False, timeout=20) as client:
        operator, messages = client.get("/books").json(), client.get("/books/messages").json()
    return Books(house=house, files=city.place.files, operator=operator, messages=messages, claims=claims)


MONEY = ("payments", "refunds", "callbacks")
"""The queues of money."""


def under_way(house: House, queues: Sequence[str] = tuple(_UNDER_WAY)) -> dict[str, int]:
    """How much waits in each of the queues that isn't empty; "database" when it does not answer yet."""
    try:
        with house.database.reading(SYSTEM) as session:
            waiting = {name: int(session.execute(text(_UNDER_WAY[name])).scalar_one()) for name in queues}
    except (Unavailable, OperationalError):
        return {"database": 1}
    return {name: number for name, number in waiting.items() if number}


def _every_send_is_there_once(books: Books) -> Iterator[str]:
    """Sent once, at the moment that its sender saw it sent, and never moved."""
    events = books.rows("select subject, data from event where name = 'FilingSent'")
    sent = Counter(row.subject for row in events)
    said = {row.subject: decode("FilingSent", row.data).received_at for row in events}  # type: ignore[attr-defined]
    rows = {row.id: row for row in books.rows("select id, status, received_at, sent_at from filing")}
    for claim in books.claims:
        row = rows[claim.filing_id]
        if claim.sent_from is None or claim.told_at is None:
            if row.status != "draft" or sent[row.id]:
                yield f"{row.id} is {row.status}, but nobody was told that it is sent"
            continue
        if sent[row.id] != 1 or row.status == "draft":
            yield f"{row.id} is {row.status} and was sent {sent[row.id]} times"
        if not (row.received_at == row.sent_at == said.get(row.id)):
            yield f"{row.id} was received at {row.received_at}, {row.sent_at} or {said.get(row.id)}"
        if not claim.sent_from <= row.received_at <= claim.told_at:
            yield f"{row.id} was received at {row.received_at}, not from {claim.sent_from} to {claim.told_at}"
        if claim.received_now() != claim.received:
            yield f"{row.id} says {claim.received_now()} and said {claim.received}"


def _both_books_agree(books: Books) -> Iterator[str]:
    """Every debit at the operator is booked exactly once, and nothing else is."""
    with books.house.database.reading(SYSTEM) as session:
        ours = Counter((str(line.reference_id), line.amount.minor) for line in portal_books(session))
    theirs = Counter((str(debit["reference_id"]), int(debit["amount"])) for debit in books.operator["debits"])
    yield from (f"booked and not debited: {line}" for line in ours - theirs)
    yield from (f"debited and not booked: {line}" for line in theirs - ours)


def _filed_means_paid(books: Books) -> Iterator[str]:
    """A filing is before the court exactly when its filer's money moved."""
    paid = {debit["reference_id"] for debit in books.operator["debits"]}
    rows = books.rows(
        "select f.id, f.status, count(distinct o.id) bills, array_agg(a.reference_id::text) asked, "
        "(select count(*) from event e where e.subject = f.id and e.name = 'FilingSubmitted') submitted "
        "from filing f left join obligation o on o.subject = f.id "
        "left join payment_attempt a on a.obligation_id = o.id group by f.id"
    )
    for row in rows:
        filed, debited = row.status in _FILED, bool(paid & set(row.asked))
        if filed != debited or row.submitted != filed:
            yield f"{row.id} is {row.status}, submitted {row.submitted} times, and paid: {debited}"
        if row.bills != (row.status != "draft"):
            yield f"{row.id} is {row.status} and has {row.bills} bills"


def _journal_sums_to_zero(books: Books) -> Iterator[str]:
    """Each entry does; what came in is what the operator took; what is too much is owed back."""
    entries = books.rows(
        "select e.id, e.kind, e.attempt_id, coalesce(sum(p.amount_minor), 0) total, count(p.id) sides "
        "from journal_entry e left join posting p on p.entry_id = e.id group by e.id"
    )
    yield from (f"entry {row.id} sums to {row.total}" for row in entries if row.total or not row.sides)
    booked = Counter(row.attempt_id for row in entries if row.kind == "payment")
    succeeded = {row.id for row in books.rows("select id from payment_attempt where state = 'succeeded'")}
    yield from (f"attempt {one} is booked {booked[one]} times" for one in succeeded | set(booked) if booked[one] != 1)
    sums = dict(books.rows("select account, sum(amount_minor) from posting group by account"))
    taken = sum(int(debit["amount"]) for debit in books.operator["debits"])
    returned = sum(int(line["amount"]) for line in _refunds(books))
    if sums.get("clearing:mtn_momo", 0) != taken - returned:
        yield f"{sums.get('clearing:mtn_momo', 0)} is held for us and {taken - returned} at the operator"
    back = books.rows("select coalesce(sum(amount_minor), 0) total from refund_due")[0].total - returned
    kept = -sums.get("unapplied", 0) - sums.get("refunds_payable", 0)
    if kept != back:
        yield f"{back} is owed back and {kept} is kept for it"


def _refunds_went_once(books: Books) -> Iterator[str]:
    """Every refund at the operator is one of ours that says so, and the other way round."""
    ours = Counter(
        str(row.reference_id) for row in books.rows("select reference_id from refund where state = 'refunded'")
    )
    theirs = Counter(str(line["reference_id"]) for line in _refunds(books))
    yield from (f"{one} went back and is not in our books" for one in theirs - ours)
    yield from (f"{one} is in our books and never went back" for one in ours - theirs)


def _refunds(books: Books) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = books.operator["payments"]
    return [line for line in lines if line["kind"] == "refund" and line["status"] == "SUCCESSFUL"]


def _attempts_have_whole_histories(books: Books) -> Iterator[str]:
    """Every state that an attempt came to it left again, but for the one of today."""
    left: Counter[tuple[Any, str | None]] = Counter()
    for step in books.rows("select attempt_id, from_state, to_state from attempt_event"):
        left[step.attempt_id, step.to_state] += 1
        left[step.attempt_id, step.from_state] -= 1
    for row in books.rows("select id, state from payment_attempt"):
        left[row.id, row.state] -= 1
        left[row.id, None] += 1
    yield from (
        f"attempt {one} was {state} {number} times too often" for (one, state), number in left.items() if number
    )


def _nobody_is_told_twice(books: Books) -> Iterator[str]:
    """Each delivery that went out arrived once at gateway or mailbox, and nothing arrived without one."""
    rows = books.rows("select id, event_id, person_id, channel, status, failure, mail_id from delivery")
    twice = Counter((row.event_id, row.person_id, row.channel) for row in rows)
    yield from (f"{number} deliveries for {key}" for key, number in twice.items() if number > 1)
    texts = Counter("#" + sms["body"].rpartition("#")[2] for sms in books.messages["sms"])
    mails = Counter(mail["message_id"] for mail in books.messages["mails"])
    for row in rows:
        match row.channel:
            case "sms":
                arrived = texts.pop(token_of(row.id), 0)
            case "email":
                arrived = mails.pop(row.mail_id, 0)
            case _:
                continue
        if arrived != (row.status in ("sent", "delivered")):
            yield f"{row.channel} {row.id} is {row.status} ({row.failure}) and arrived {arrived} times"
    yield from (f"nobody sent {name}, which arrived {number} times" for name, number in (texts + mails).items())
    words = Counter((sms["to"], sms["body"].rpartition("#")[0]) for sms in books.messages["sms"])
    yield from (f"{to} was told {number} times: {body}" for (to, body), number in words.items() if number > 1)


def _files_are_whole(books: Books) -> Iterator[str]:
    """Every recorded file is there, as long and with the hash as recorded; what was acknowledged is attached."""
    for row in books.rows(
        "select id, sha256, size from document union all select document_id, sha256, size from document_source"
    ):
        path = books.files / "sha256" / row.sha256[:2] / row.sha256[2:4] / row.sha256
        content = path.read_bytes() if path.exists() else b""
        if len(content) != row.size or sha256(content).hexdigest() != row.sha256:
            yield f"document {row.id} has {len(content)} of {row.size} bytes, or others"
    for path in (books.files / "sha256").rglob("*"):
        if path.is_file() and sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"{path} is not what its name says"
    attached = {(row.filing_id, row.sha256) for row in books.rows("select filing_id, sha256 from filing_document")}
    for claim in books.claims:
        yield from (
            f"{claim.filing_id} lost {one}" for one in claim.papers_kept if (claim.filing_id, one) not in attached
        )
    for row in books.rows("select id from filing where status <> 'draft' and pleading_id is null"):
        yield f"{row.id} has no claim to read"


def _case_numbers_have_no_gap(books: Books) -> Iterator[str]:
    """1, 2, 3 ... for each court, code and year; each accepted filing has one, and one docket entry."""
    for row in books.rows(
        "select c.code, c.court_code, c.last, array_agg(n.sequence order by n.sequence) given from case_counter c "
        "left join case_number n using (code, court_code, year) group by c.code, c.court_code, c.year, c.last"
    ):
        if row.given != list(range(1, row.last + 1)):
            yield f"{row.code} of {row.court_code} stands at {row.last} and gave {row.given}"
    for row in books.rows(
        "select f.id, f.status, (select count(*) from court_case c where c.filing_id = f.id) cases, "
        "(select count(*) from court_case c join case_number n on n.case_id = c.id where c.filing_id = f.id) numbers, "
        "(select count(*) from docket_entry d where d.filing_id = f.id) entries, "
        "(select count(*) from event e where e.name = 'FilingAccepted' and e.subject = f.id) news from filing f"
    ):
        if {row.cases, row.numbers, row.entries, row.news} != {int(row.status == "accepted")}:
            yield f"{row.id} is {row.status}: {row.cases} cases, {row.numbers} numbers, {row.entries} docket entries"


def _every_event_was_heard(books: Books) -> Iterator[str]:
    """By each of its handlers, once."""
    subscriptions = wiring.subscriptions()
    for row in books.rows(
        "select e.id, e.name, e.data, array_remove(array_agg(d.handler), null) handlers, "
        "count(*) filter (where d.id is not null and (d.done_at is null or d.parked_at is not null)) undone "
        "from event e left join event_delivery d on d.event_id = e.id group by e.id"
    ):
        wanted = sorted(subscriptions.names(decode(row.name, row.data)))
        if sorted(row.handlers) != wanted or row.undone:
            yield f"{row.name} {row.id} was for {wanted}, was given to {row.handlers}, {row.undone} not done"


_CHECKS: Sequence[Callable[[Books], Iterator[str]]] = (
    _every_send_is_there_once,
    _both_books_agree,
    _filed_means_paid,
    _journal_sums_to_zero,
    _refunds_went_once,
    _attempts_have_whole_histories,
    _nobody_is_told_twice,
    _files_are_whole,
    _case_numbers_have_no_gap,
    _every_event_was_heard,
)
