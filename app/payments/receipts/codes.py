"""The code on a receipt: drawn once, kept, and enough by itself to find the receipt again."""

import secrets
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.payments.bill_numbers import ALPHABET, closed_up
from app.payments.ids import AttemptId
from app.payments.receipts.models import PaymentReceiptRow

# Twelve of 30 signs are 59 bits: 5 * 10^17 codes. With ten million receipts in the country, one guess in 50 thousand
# million hits one; at the wrong guesses that a network is allowed, that is one in 190,000 years. The code is drawn, not
# computed: it holds when keys are changed, and says nothing about its payment or about the code before it.
LENGTH = 12


def issue(session: Session, attempt_id: AttemptId, court_code: str, *, at: datetime) -> None:
    """Write the receipt of an attempt that has just succeeded, in the same transaction."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.execute(
        insert(PaymentReceiptRow).values(attempt_id=attempt_id, court_code=court_code, code=code, issued_at=at)
    )


def grouped(code: str) -> str:
    """ "7K2M-9QRS-TVWX": as it is printed and read out."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def read_code(typed: str) -> str | None:
    """The code that somebody typed, whatever the case, spaces and dashes; None when it can't be one."""
    code = closed_up(typed)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
