"""What must be true of money, one function for each invariant, with its number in the reference's list.

The first list holds at every moment, the second when all is quiet. Shown elsewhere, for every adapter or parser alone:

- 15 (amounts survive the wire, no factor of 100, no rounding): tests/unit/payments/test_mtn_wire.py
  `test_an_amount_survives_the_wire`, `test_francs_never_gain_a_factor_of_100`, and their like in test_airtel_wire.py,
  test_daraja_wire.py (`test_nothing_is_ever_rounded`), test_irembopay_wire.py and test_stripe_wire.py; 6 shows it here.
- 16 (parsers are total): `test_any_bytes_are_read_or_malformed` in the same files, `test_any_bytes_are_read_or_refused`
  in test_statements.py.
- 17 for words that no contract lists: `test_an_unknown_status_is_never_an_outcome` in the same files.
- 18 for any order of any lines: `test_order_changes_nothing_and_neither_does_doing_it_again` and
  `test_each_of_both_sides_is_in_one_place` in test_matching.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.payments.rules import EXPIRE_AFTER_PROMPT
from tests.builders.money_look import CASH, Look, money_of, name_of

Invariant = Callable[[Look], Iterator[str]]
_MONEY = ("bank", "clearing:", "provider_charges:")
_SUCCESSES = {"succeeded", "confirmed", "cash", "bank_slip"}
_GIVEN_UP = {"refused", "withdrawn"}


def every_entry_sums_to_zero(now: Look) -> Iterator[str]:
    """1. Each entry does in each currency, and so does the trial balance."""
    sums: Counter[tuple[Any, str]] = Counter()
    for line in now.entries:
        sums[line.id, line.currency] += line.amount_minor
        sums["all", line.currency] += line.amount_minor
    yield from (f"entry {one} is out by {by} {currency}" for (one, currency), by in sums.items() if by)


def nobody_is_debited_twice(now: Look) -> Iterator[str]:
    """3. One debit at most under one name, and for M-Pesa, which lets us choose none, one at most for each attempt."""
    names = Counter((one.rail, one.name) for one in now.operators.debits)
    yield from (f"{name} was debited {times} times" for name, times in names.items() if times > 1)
    asked = Counter(one.bill for one in now.attempts if one.provider == "mpesa")
    taken = Counter(one.quoted for one in now.operators.debits if one.rail == "mpesa" and one.prompted)
    yield from (f"{bill} was debited {taken[bill]} times and asked {asked[bill]}" for bill in taken - asked)


def one_attempt_is_live(now: Look) -> Iterator[str]:
    """4. At most one for each bill."""
    live = Counter(one.obligation_id for one in now.live)
    yield from (f"{bill} has {number} live attempts" for bill, number in live.items() if number > 1)


def a_receipt_means_a_success(now: Look) -> Iterator[str]:
    """5. Each success has one, nothing else has."""
    for one in now.attempts:
        if one.receipt != (one.state == "succeeded"):
            yield f"{one.id} is {one.state} and has a receipt: {one.receipt}"


def what_is_receipted_was_debited(now: Look) -> Iterator[str]:
    """6. The operator took that very amount in that currency under that name."""
    debits = {(one.rail, one.name): one.amount for one in now.operators.debits}
    for one in now.attempts:
        if one.state == "succeeded" and one.provider != CASH:
            taken = debits.get((one.provider, name_of(one)))
            if taken != money_of(one):
                yield f"{one.provider} {name_of(one)} is receipted for {money_of(one)!r}, and {taken!r} was taken"


def what_was_paid_is_applied_or_waits_to_go_back(now: Look) -> Iterator[str]:
    """10. Applied and surplus make up each payment; a bill never takes more than is due on it."""
    for one in now.attempts:
        sides = {line.account: line.amount_minor for line in now.entries if _of(line, one.id, "payment")}
        wanted = one.amount_minor if one.state == "succeeded" else 0
        parts = -sides.get("receivable", 0), -sides.get("unapplied", 0)
        if sides.get(f"clearing:{one.provider}", 0) != wanted or sum(parts) != wanted or min(parts) < 0:
            yield f"{one.id} is {one.state}, of {one.amount_minor}, and booked as {sides}"
    for key, bill in now.bills.items():
        owed = now.accounts(key)["receivable", bill.fees.currency]
        if owed != bill.due.minor or owed < 0:
            yield f"{bill.reference} says that {bill.due!r} is due, and the books say {owed}"


def nobody_is_forgiven_more_than_they_owe(now: Look) -> Iterator[str]:
    """11. What is waived is at most the fees."""
    yield from (f"{bill.reference} waives too much" for bill in now.bills.values() if bill.fees < bill.remitted)


def no_more_goes_back_than_came(now: Look) -> Iterator[str]:
    """12. Of each payment, by our books and by the operators'."""
    paid = {one.id: one for one in now.attempts}
    back: Counter[UUID] = Counter()
    for refund in now.refunds:
        if refund.state not in _GIVEN_UP:
            back[refund.attempt_id] += refund.amount_minor
    for key, minor in back.items():
        if paid[key].state != "succeeded" or minor > paid[key].amount_minor:
            yield f"{minor} goes back of {key}, which is {paid[key].state} and brought {paid[key].amount_minor}"
    debits = {(one.rail, one.name): one.amount.minor for one in now.operators.debits}
    gone: Counter[tuple[str, str]] = Counter()
    for one in now.operators.returns:
        gone[one.rail, one.of] += one.amount.minor
    yield from (f"{minor} went back of {name}" for name, minor in gone.items() if minor > debits.get(name, 0))


def every_step_stands_on_evidence(now: Look) -> Iterator[str]:
    """17 and 19. Only a word of the provider that means it ends an attempt; else a prompt that ran out does."""
    for step in now.steps:
        if step.to_state in ("created", "submitted"):
            continue
        late = step.prompt_expires_at is not None and step.at >= step.prompt_expires_at + EXPIRE_AFTER_PROMPT
        fits = {
            "succeeded": step.said in _SUCCESSES,
            "failed": step.said == "failed" or step.kind == "submission",
            "expired": step.said == "expired" or late,
        }.get(step.to_state, step.said is not None)
        if not fits:
            yield f"{step.attempt_id} went from {step.from_state} to {step.to_state} on {step.kind} {step.said}"


def both_sides_hold_the_same(now: Look) -> Iterator[str]:
    """2. What the operators hold, the bank got and lies in the drawer is what stands on our accounts for it."""
    ours: Counter[str] = Counter()
    for (account, currency), minor in now.accounts().items():
        if account.startswith(_MONEY):
            ours[currency] += minor
    came = [one.amount for one in now.operators.debits]
    came += [money_of(one) for one in now.attempts if one.provider == CASH and not one.voided]
    went = [one.amount for one in (*now.operators.returns, *unheard(now))]
    went += [money_of(one) for one in now.refunds if one.state == "paid_by_other_means"]
    for currency in {*ours, *(amount.currency for amount in came)}:
        there = _sum(came, currency) - _sum(went, currency)
        if ours[currency] != there:
            yield f"{ours[currency]} {currency} is booked, and {there} is there"


def every_attempt_ends_as_the_operator_says(now: Look) -> Iterator[str]:
    """7 and 14. Whatever was called back, and whoever died: paid exactly when the operator's own books say so."""
    taken = {(one.rail, one.name) for one in now.operators.debits} - {("mpesa", one.name) for one in unheard(now)}
    booked = {(one.provider, name_of(one)) for one in now.attempts if one.state == "succeeded" and one.provider != CASH}
    booked |= {(one.provider, one.provider_id) for one in now.unidentified}
    yield from (f"{one} is debited and not booked" for one in taken - booked)
    yield from (f"{one} is booked and not debited" for one in booked - taken)
    yield from (f"{one.id} is {one.state} for ever" for one in now.live if one.parked_at is None)


def every_refund_ends_as_the_operator_says(now: Look) -> Iterator[str]:
    """12 and 14. What the rails gave back is what we say that they did, payment by payment."""
    paid = {one.id: one for one in now.attempts}
    ours = Counter(
        (paid[one.attempt_id].provider, name_of(paid[one.attempt_id]), one.amount_minor)
        for one in now.refunds
        if one.state == "refunded"
    )
    theirs = Counter((one.rail, one.of, one.amount.minor) for one in now.operators.returns)
    yield from (f"{one} went back and is not in our books" for one in theirs - ours)
    yield from (f"{one} is in our books and never went back" for one in ours - theirs)


def unheard(now: Look) -> Sequence[Any]:
    """What M-Pesa took and nobody told us of: the answer with its name was lost, and so was the callback.

    Nothing can be asked there without a name; such money is for the day's reconciliation to show.
    """
    known = {name_of(one) for one in now.attempts if one.provider == "mpesa"}
    nameless = {one.bill for one in now.attempts if one.provider == "mpesa" and one.provider_id is None}
    prompted = [one for one in now.operators.debits if one.rail == "mpesa" and one.prompted]
    return [one for one in prompted if one.name not in known and one.quoted in nameless]


ALWAYS: Sequence[Invariant] = (
    every_entry_sums_to_zero,
    nobody_is_debited_twice,
    one_attempt_is_live,
    a_receipt_means_a_success,
    what_is_receipted_was_debited,
    what_was_paid_is_applied_or_waits_to_go_back,
    nobody_is_forgiven_more_than_they_owe,
    no_more_goes_back_than_came,
    every_step_stands_on_evidence,
)
AT_REST: Sequence[Invariant] = (
    both_sides_hold_the_same,
    every_attempt_ends_as_the_operator_says,
    every_refund_ends_as_the_operator_says,
)


def success_is_for_good(before: Look, now: Look) -> Iterator[str]:
    """8. Whoever has succeeded never becomes anything else."""
    yield from (f"{one} was paid and is no more" for one in before.succeeded - now.succeeded)


def amounts_never_change(before: Look, now: Look) -> Iterator[str]:
    """13. An attempt is for what it was for when it began."""
    amounts = {one.id: money_of(one) for one in now.attempts}
    yield from (f"{one.id} was for {money_of(one)!r}" for one in before.attempts if amounts[one.id] != money_of(one))


SINCE: Sequence[Callable[[Look, Look], Iterator[str]]] = (success_is_for_good, amounts_never_change)


def complaints(checks: Sequence[Callable[..., Iterator[str]]], *looks: Look) -> list[str]:
    """All that is wrong, each with the name of what it hurts."""
    return [f"{check.__name__}: {line}" for check in checks for line in check(*looks)]


def _of(line: Any, attempt_id: UUID, kind: str) -> bool:
    return bool(line.attempt_id == attempt_id and line.kind == kind)


def _sum(amounts: Sequence[Money], currency: str) -> int:
    return sum(amount.minor for amount in amounts if amount.currency == currency)
