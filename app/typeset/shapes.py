"""The shapes of the papers' data. All texts come translated and all amounts and times written out."""

from dataclasses import asdict, dataclass
from datetime import datetime

from app.typeset.paper import typeset


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A square code: the address it holds, and the code in words printed beside it."""

    url: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperParty:
    """A party of a pleading: `details` are lines under the name (identity, address as far as it may be shown)."""

    name: str
    details: tuple[str, ...] = ()
    representative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSide:
    """The parties of one side under its label ("Plaintiff")."""

    label: str
    parties: tuple[PaperParty, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperIssue:
    """One point in dispute. Each line of the texts becomes a numbered paragraph; empty texts are left out."""

    title: str
    facts: str
    wanted: str
    evidence: str = ""
    argument: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDocument:
    """A document that goes with the paper: its label ("P1"), name, pages and SHA-256 in hex."""

    name: str
    pages: int
    sha256: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pleading:
    """What a party tells the court (template "pleading"). `draft` prints DRAFT across every page.

    `number` is the filing number, `value` the value in dispute ("RWF 20,000"), `declaration` the statement of truth,
    `filer` who makes it, `capacity` as what ("advocate"), `date` the day ("4 May 2026").
    """

    title: str
    court: str
    judiciary: str
    number: str
    sides: tuple[PaperSide, ...]
    issues: tuple[PaperIssue, ...]
    relief: str
    declaration: str
    filer: str
    capacity: str = ""
    date: str = ""
    value: str = ""
    documents: tuple[PaperDocument, ...] = ()
    draft: bool = False
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTime:
    """A moment with its zone ("4 May 2026, 23:59:59 (Kigali time)") and the rule that gives it its meaning."""

    label: str
    moment: str
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSide:
    """Who stands on one side."""

    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFee:
    """One line of the fee, with the legal text that asks for it."""

    label: str
    source: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPayment:
    """How it was paid, the operator's reference, and when."""

    method: str
    reference: str
    moment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof of what was sent and when (template "receipt"). `notice` is boxed ("NOT filed until paid by ...")."""

    title: str
    court: str
    judiciary: str
    number: str
    times: tuple[ReceiptTime, ...]
    sides: tuple[ReceiptSide, ...]
    documents: tuple[PaperDocument, ...]
    fees: tuple[ReceiptFee, ...] = ()
    total: str = ""
    payment: ReceiptPayment | None = None
    notice: str = ""
    next_steps: tuple[str, ...] = ()
    draft: bool = False
    code: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptTerm:
    """A fact and its name; an empty answer is left out."""

    label: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReceipt:
    """Proof of one payment (template "payment_receipt"). `notice` is boxed ("VOID since ..."); `total` sums `fees`."""

    title: str
    court: str
    judiciary: str
    number: str
    amount: str
    terms: tuple[ReceiptTerm, ...]
    fees: tuple[ReceiptFee, ...]
    total: str
    code: Code
    notice: str = ""


def set_pleading(pleading: Pleading, *, language: str, at: datetime) -> bytes:
    """The pleading as PDF; see `typeset`."""
    return typeset("pleading", asdict(pleading), language=language, at=at)


def set_receipt(receipt: Receipt, *, language: str, at: datetime) -> bytes:
    """The receipt as PDF; see `typeset`."""
    return typeset("receipt", asdict(receipt), language=language, at=at)


def set_payment_receipt(receipt: PaymentReceipt, *, language: str, at: datetime) -> bytes:
    """The receipt of a payment as PDF; see `typeset`."""
    return typeset("payment_receipt", asdict(receipt), language=language, at=at)
