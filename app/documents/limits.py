"""What may be sent, said once: shown before a file is chosen and enforced wherever bytes come in."""

from dataclasses import dataclass

from app.core.language import T, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`max_bytes` of one file, `max_files` in one go (each photo of a document counts), `max_pages` of one document."""

    max_bytes: int
    max_files: int
    max_pages: int


def megabytes(size: int) -> str:
    """A limit for people: "30 MB", "1.5 MB", "12 kB". Rounded down, so that what is promised is really taken."""
    if size < 1_000_000:
        return f"{size // 1000} kB"
    whole, tenth = divmod(size // 100_000, 10)
    return f"{whole}.{tenth} MB" if tenth else f"{whole} MB"


def limits_text(limits: Limits) -> Text:
    """The sentence that stands above every file field."""
    return T(
        "You can send PDF files and photos (JPEG, PNG, WebP or HEIC). Each file can be up to %(size)s. "
        "A document can have up to %(pages)s pages, and you can choose up to %(files)s files at a time.",
        size=megabytes(limits.max_bytes),
        pages=limits.max_pages,
        files=limits.max_files,
    )
