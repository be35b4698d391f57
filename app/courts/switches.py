"""The jurisdiction's switches: what keeps its time, and how many days people have."""

from dataclasses import dataclass
from enum import StrEnum

from app.courts.nodes import Node


class CourtDayEnd(StrEnum):
    """When a court's day is over for filings: at midnight, or when the registry's desk closes."""

    MIDNIGHT = "midnight"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """Procedure that a jurisdiction decides by yes, no or a number of days.

    Days are calendar days in the court's zone and the first is the day after the event; reminders are days before the
    last day (0: on it).
    """

    court_day_ends: CourtDayEnd
    keep_received_when_paid_in_time: bool
    keep_received_when_corrected_in_time: bool
    days_to_pay: int
    days_to_pay_after_refusal: int
    days_to_correct: int
    pay_reminder_days: tuple[int, ...]
    correct_reminder_days: tuple[int, ...]
    last_day_moves_to_court_day: bool
    draft_kept_days: int

    @property
    def unpaid_lapse_days(self) -> int:
        """Days after Send at whose end an unpaid filing lapses: those to pay."""
        return self.days_to_pay


def read_switches(node: Node) -> Switches:
    """The `switches` of pack.yaml."""
    fields = node.mapping()
    days_to_pay = fields.need("days_to_pay").whole(least=1)
    days_to_correct = fields.need("days_to_correct").whole(least=1)
    switches = Switches(
        court_day_ends=fields.need("court_day_ends").choice(CourtDayEnd),
        keep_received_when_paid_in_time=fields.need("keep_received_when_paid_in_time").flag(),
        keep_received_when_corrected_in_time=fields.need("keep_received_when_corrected_in_time").flag(),
        days_to_pay=days_to_pay,
        days_to_pay_after_refusal=fields.need("days_to_pay_after_refusal").whole(least=1),
        days_to_correct=days_to_correct,
        pay_reminder_days=_offsets(fields.need("pay_reminder_days"), days_to_pay),
        correct_reminder_days=_offsets(fields.need("correct_reminder_days"), days_to_correct),
        last_day_moves_to_court_day=fields.need("last_day_moves_to_court_day").flag(),
        draft_kept_days=fields.need("draft_kept_days").whole(least=1),
    )
    fields.done()
    return switches


def _offsets(node: Node, window: int) -> tuple[int, ...]:
    for item in node.items():
        if item.whole() >= window:
            raise item.error(f"must be less than the {window} days that people have")
    return node.each(Node.whole)
