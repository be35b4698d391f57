"""A payment's receipt as PDF."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.language import Text, language, long_date
from app.core.language import gettext as _
from app.payments.receipts.codes import grouped
from app.payments.receipts.queries import ReceiptView
from app.typeset.shapes import Code, PaymentReceipt, ReceiptFee, ReceiptTerm, set_payment_receipt


def receipt_pdf(
    view: ReceiptView, *, zone: ZoneInfo, court: str, judiciary: str, rail: Text | str, public_url: str
) -> bytes:
    """The receipt as PDF/A-2a in the language spoken now; the same state gives the same bytes. Raises PaperNotSet."""
    terms = [
        (_("Bill number"), view.bill_reference),
        (_("Paid at"), moment(view.completed_at, zone)),
        (_("Paid by"), paid_by(view, rail)),
        (_("Their number for it"), view.provider_reference or ""),
        (_("Written at"), moment(view.issued_at, zone)),
    ]
    paper = PaymentReceipt(
        title=_("Receipt for a payment"),
        court=court,
        judiciary=judiciary,
        number=view.number,
        amount=str(view.amount),
        notice=notice(view, zone),
        terms=tuple(ReceiptTerm(label=label, answer=answer) for label, answer in terms),
        fees=tuple(ReceiptFee(label=str(f.title), source=f.source, amount=str(f.amount)) for f in view.lines),
        total=str(view.fees),
        code=Code(url=f"{public_url}/verify/{grouped(view.code)}", words=grouped(view.code)),
    )
    return set_payment_receipt(paper, language=language(), at=view.issued_at)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """ "4 May 2026, 14:05:09 (Kigali time)" """
    local = at.astimezone(zone)
    return _("%(day)s, %(time)s (Kigali time)", day=long_date(local.date()), time=f"{local:%H:%M:%S}")


def paid_by(view: ReceiptView, rail: Text | str) -> str:
    """The rail, and the last digits of the number if there was one."""
    if not view.tail:
        return str(rail)
    return _("%(provider)s, number ending in %(phone)s", provider=str(rail), phone=view.tail)


def notice(view: ReceiptView, zone: ZoneInfo) -> str:
    """What became of the money afterwards, if it did not stay; "" otherwise."""
    if view.voided_at is not None:
        day = long_date(view.voided_at.astimezone(zone).date())
        return _("VOID since %(day)s: the cash desk entered this payment by mistake. It pays for nothing.", day=day)
    if view.going_back and view.going_back == view.amount:
        return _("All of this payment goes back to the payer. It pays for nothing.")
    if view.going_back:
        return _("%(amount)s of this payment goes back to the payer: it was more than was due.", amount=view.going_back)
    return ""
