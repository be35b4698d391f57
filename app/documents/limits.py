"""What may be sent, said once: shown before a file is chosen and enforced wherever bytes come in."""

from dataclasses import dataclass

from app.core.language import T, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`max_bytes` of one file, `max_files` in one go (each photo of a document counts), `max_pages` of one document."""

    max_bytes: int
    max_files: int
    max_pages: int

    @property
    def max_together(self) -> int:
        """Bytes of all files of one go: two of the largest, which is also what one form may carry."""
        return 2 * self.max_bytes


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
        "You can choose up to %(files)s files at a time, up to %(together)s together. "
        "A document can have up to %(pages)s pages.",
        size=megabytes(limits.max_bytes),
        together=megabytes(limits.max_together),
        pages=limits.max_pages,
        files=limits.max_files,
    )
