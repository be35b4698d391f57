"""Is this PDF one that a court can keep, show and print for years? qpdf and PDFium must both say yes."""

from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from .dangers import dangers_in
from .refusal import No
from .streams import Inflated

MOST_POINTS = 14_400  # 200 inches, the limit of the PDF format itself
TAIL = 1024
# What is named first when several things are wrong: the one whose cure also removes the others.
ORDER = ("xfa", "attachment", "media", "launch", "script", "damaged")


def examine_pdf(path: str, max_pages: int) -> dict[str, Any]:
    """{"pages": n}; raises No with the first thing that is wrong."""
    check_ends(Path(path))
    with _opened(path) as pdf:
        if pdf.is_encrypted:
            raise No("encrypted")
        pages = _count(pdf, max_pages)
        _check_agreement(path, pages)
        _check_boxes(pdf)
        _check_objects(pdf)
    return {"pages": pages}


def check_ends(path: Path) -> None:
    """`%PDF-` at the first byte and the last `%%EOF` within 1 kB of the end, as strict readers want it."""
    content = path.read_bytes()
    if not content.startswith(b"%PDF-"):
        raise No("junk_before" if b"%PDF-" in content[:2048] else "damaged")
    if b"%%EOF" not in content[-TAIL:]:
        raise No("junk_after" if b"%%EOF" in content else "cut_off")


def _opened(path: str) -> pikepdf.Pdf:
    try:
        return pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise No("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError) as error:
        raise _broken(error) from error


def _count(pdf: pikepdf.Pdf, max_pages: int) -> int:
    """The number of pages; qpdf walks the whole tree and finds circles in it."""
    try:
        pages = len(pdf.pages)
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError) as error:
        raise _broken(error) from error
    if pages < 1:
        raise No("no_pages")
    if pages > max_pages:
        raise No("too_many_pages", pages)
    return pages


def _broken(error: Exception) -> No:
    words = str(error).lower()
    if "bad_alloc" in words:
        return No("bomb")
    return No("page_loop" if "loop detected" in words else "damaged")


def _check_agreement(path: str, pages: int) -> None:
    """A file that two engines read differently shows different things to different people."""
    try:
        document = pypdfium2.PdfDocument(path)
        second = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        raise No("damaged") from error
    if second != pages:
        raise No("disagreement")


def _check_boxes(pdf: pikepdf.Pdf) -> None:
    for number, page in enumerate(pdf.pages, start=1):
        try:
            left, bottom, right, top = (float(value) for value in page.mediabox)
            unit = float(page.obj.get("/UserUnit", 1))
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError) as error:
            raise No("page_size", number) from error
        sides = (abs(right - left) * unit, abs(top - bottom) * unit)
        if not all(1 <= side <= MOST_POINTS for side in sides):
            raise No("page_size", number)


def _check_objects(pdf: pikepdf.Pdf) -> None:
    """Every object of the file, also those that no page refers to; then every stream's size when unpacked."""
    found: set[str] = set()
    streams = []
    for obj in pdf.objects:
        found |= dangers_in(obj)
        if isinstance(obj, pikepdf.Stream):
            streams.append(obj)
    for reason in ORDER:
        if reason in found:
            raise No(reason)
    inflated = Inflated()
    for stream in streams:
        inflated.add(stream)
