"""The receipt of a filing: proof of what was sent and when."""

from collections.abc import Sequence
from datetime import datetime

from app.core.language import gettext as _
from app.core.language import language, last_day, long_date, long_datetime
from app.core.money import Money
from app.courts import CourtDayEnd, Pack
from app.documents.queries import DocumentView
from app.filing.pleading import numbered
from app.filing.queries import FilingView
from app.filing.rules import AttachedDocument
from app.filing.status import FilingStatus
from app.payments.queries import ObligationView
from app.typeset.shapes import (
    PaperDocument,
    Receipt,
    ReceiptFee,
    ReceiptPayment,
    ReceiptSide,
    ReceiptTime,
    set_receipt,
)


def receipt_pdf(
    pack: Pack,
    view: FilingView,
    documents: Sequence[AttachedDocument],
    *,
    lead: DocumentView | None,
    owed: ObligationView | None,
    judiciary: str,
) -> bytes:
    """The receipt as PDF/A-2a, in the language spoken now; the same state gives the same bytes. Raises PaperNotSet."""
    assert view.received_at is not None
    court = str(pack.court(view.court_code or "").name)
    made = [PaperDocument(name=_("The claim"), pages=lead.pages, sha256=lead.sha256)] if lead else []
    receipt = Receipt(
        title=_("Receipt for a filing"),
        court=court,
        judiciary=judiciary,
        number=view.number,
        times=_times(pack, view),
        sides=_sides(pack, view),
        documents=(*made, *numbered(documents)),
        fees=_fees(owed),
        total=str(owed.fees - owed.remitted) if owed else "",
        payment=_payment(pack, owed),
        notice=_notice(pack, view),
        next_steps=_next_steps(view),
    )
    return set_receipt(receipt, language=language(), at=view.submitted_at or view.sent_at or view.received_at)


def received_rule(pack: Pack) -> str:
    """What counts as the day of filing, in one sentence."""
    if pack.switches.court_day_ends is CourtDayEnd.MIDNIGHT:
        return _("The moment the last part of what you sent reached us. The day ends at midnight, Kigali time.")
    return _("The moment the last part of what you sent reached us. The day ends when the registry closes.")


def _moment(pack: Pack, at: datetime) -> str:
    local = at.astimezone(pack.zone)
    return _("%(day)s, %(time)s (Kigali time)", day=long_date(local.date()), time=f"{local:%H:%M:%S}")


def _times(pack: Pack, view: FilingView) -> tuple[ReceiptTime, ...]:
    assert view.received_at is not None
    times = [ReceiptTime(label=_("Received"), moment=_moment(pack, view.received_at), rule=received_rule(pack))]
    if view.sent_at and view.round > 1:
        times.append(ReceiptTime(label=_("Sent again after correction"), moment=_moment(pack, view.sent_at)))
    if view.submitted_at:
        times.append(ReceiptTime(label=_("Given to the court"), moment=_moment(pack, view.submitted_at)))
    return tuple(times)


def _sides(pack: Pack, view: FilingView) -> tuple[ReceiptSide, ...]:
    return tuple(
        ReceiptSide(
            label=str(side.title),
            names=tuple(p.name or _("A person not yet known") for p in view.answers.on_side(side.code)),
        )
        for side in pack.filing_type(view.filing_type).sides
    )


def _fees(owed: ObligationView | None) -> tuple[ReceiptFee, ...]:
    if owed is None:
        return ()
    fees = tuple(ReceiptFee(label=str(f.title), source=f.source, amount=str(f.amount)) for f in owed.lines)
    if not owed.remitted or owed.waiver is None:
        return fees
    waived = Money(-owed.remitted.minor, owed.remitted.currency)
    return (*fees, ReceiptFee(label=_("Waived by the court"), source=owed.waiver.reference, amount=str(waived)))


def _payment(pack: Pack, owed: ObligationView | None) -> ReceiptPayment | None:
    paid = owed.receipts[-1] if owed and owed.receipts else None
    if paid is None:
        return None
    return ReceiptPayment(
        method=_("Mobile money"),
        reference=f"{paid.receipt_reference} / {paid.provider_reference or '-'}",
        moment=long_datetime(paid.completed_at, pack.zone) if paid.completed_at else "",
    )


def _notice(pack: Pack, view: FilingView) -> str:
    if view.status is FilingStatus.AWAITING_PAYMENT and view.due_at:
        return _("Sent, NOT filed until paid. Pay by %(date)s.", date=last_day(view.due_at, pack.zone))
    if view.status is FilingStatus.LAPSED:
        return _("This filing lapsed: it was not paid or corrected in time.")
    return ""


def _next_steps(view: FilingView) -> tuple[str, ...]:
    if view.status is FilingStatus.AWAITING_PAYMENT:
        return (_("Pay the fee. Then the court looks at your filing."),)
    return (
        _("A registrar checks your filing."),
        _("We tell you by SMS, e-mail and on the portal what was decided."),
        _("Keep this receipt and the filing number."),
    )
