"""The fixed words of papers, by the names that the templates use; each is translated when a paper is set."""

from app.core.language import T, Text, speaking

WORDS: dict[str, Text] = {
    "page": T("Page"),
    "draft": T("DRAFT"),
    "square": T("Square code that leads to"),
    "check": T("Check this paper at the address below, or give this code to the court:"),
    "represented_by": T("represented by"),
    "issue": T("Issue"),
    "facts": T("What happened"),
    "wanted": T("What is asked"),
    "evidence": T("What can show it"),
    "argument": T("Why"),
    "law": T("Law relied on"),
    "relief": T("What the court is asked for"),
    "value": T("Value of the claim"),
    "documents": T("Documents"),
    "number": T("No."),
    "document": T("Document"),
    "pages": T("Pages"),
    "hash": T("Fingerprint (SHA-256)"),
    "declaration": T("Declaration"),
    "name": T("Name"),
    "capacity": T("Acting as"),
    "date": T("Date"),
    "filing_number": T("Filing number"),
    "court": T("Court"),
    "parties": T("Parties"),
    "fee": T("Court fee"),
    "what_for": T("What for"),
    "legal_source": T("Legal source"),
    "amount": T("Amount"),
    "total": T("Total"),
    "nothing_due": T("Nothing has to be paid."),
    "paid_with": T("Paid with"),
    "payment_reference": T("Payment reference"),
    "paid_at": T("Paid at"),
    "about_hash": T(
        "The fingerprint is computed from every byte of a file. If one letter of the file is changed, "
        "the fingerprint is another one. Keep the files as you sent them."
    ),
    "receipt_number": T("Receipt number"),
    "amount_paid": T("Amount paid"),
    "pays_for": T("What it pays for"),
    "next": T("What comes next"),
}


def words_in(language: str) -> dict[str, str]:
    """All fixed words in `language`."""
    with speaking(language):
        return {name: str(text) for name, text in WORDS.items()}
