"""What a file is, told from its first and last bytes: never from its name or from what the browser says."""

from enum import StrEnum


class Kind(StrEnum):
    """Kinds that we tell apart, because each has its own cure."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    JUNK_BEFORE_PDF = "junk_before_pdf"
    WORD = "word"
    OFFICE = "office"
    ARCHIVE = "archive"
    VIDEO = "video"
    SOUND = "sound"
    OTHER_IMAGE = "other_image"
    WEB_PAGE = "web_page"
    PROGRAM = "program"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"


MEDIA_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.JPEG: "image/jpeg",
    Kind.PNG: "image/png",
    Kind.WEBP: "image/webp",
    Kind.HEIC: "image/heic",
}
IMAGES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.HEIC})
ACCEPT = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif,.pdf,.heic,.heif"

HEAD, TAIL = 4096, 65_536

_STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF8", Kind.OTHER_IMAGE),
    (b"BM", Kind.OTHER_IMAGE),
    (b"II*\0", Kind.OTHER_IMAGE),
    (b"MM\0*", Kind.OTHER_IMAGE),
    (b"\0\0\0\x0cjP  ", Kind.OTHER_IMAGE),
    (b"AT&TFORM", Kind.OTHER_IMAGE),
    (b"{\\rtf", Kind.WORD),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"BZh", Kind.ARCHIVE),
    (b"\xfd7zXZ\0", Kind.ARCHIVE),
    (b"\x1aE\xdf\xa3", Kind.VIDEO),
    (b"FLV", Kind.VIDEO),
    (b"\0\0\x01\xba", Kind.VIDEO),
    (b"0&\xb2u\x8ef\xcf\x11", Kind.VIDEO),
    (b"ID3", Kind.SOUND),
    (b"\xff\xfb", Kind.SOUND),
    (b"\xff\xf1", Kind.SOUND),
    (b"OggS", Kind.SOUND),
    (b"fLaC", Kind.SOUND),
    (b"#!AMR", Kind.SOUND),
    (b"MZ", Kind.PROGRAM),
    (b"\x7fELF", Kind.PROGRAM),
    (b"#!/", Kind.PROGRAM),
    (b"dex\n", Kind.PROGRAM),
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_SOUND_BRANDS = (b"M4A ", b"M4B ")
_ZIP_PARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"word/", Kind.WORD),
    (b"opendocument.text", Kind.WORD),
    (b"Index/Document.iwa", Kind.WORD),
    (b"xl/", Kind.OFFICE),
    (b"ppt/", Kind.OFFICE),
    (b"opendocument", Kind.OFFICE),
    (b"AndroidManifest.xml", Kind.PROGRAM),
)


def kind_of(head: bytes, tail: bytes) -> Kind:
    """The kind of a file with these first `HEAD` and last `TAIL` bytes (overlapping when it is short)."""
    if not head:
        return Kind.EMPTY
    if head.startswith(b"RIFF"):
        return {b"WEBP": Kind.WEBP, b"AVI ": Kind.VIDEO, b"WAVE": Kind.SOUND}.get(head[8:12], Kind.UNKNOWN)
    if head[4:8] == b"ftyp":
        return _kind_of_boxes(head[8:12], head[16:64])
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _first_part(head + tail, _ZIP_PARTS) or Kind.ARCHIVE
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        wide = "WordDocument".encode("utf-16-le")
        return Kind.WORD if wide in head + tail else Kind.OFFICE
    return next((kind for start, kind in _STARTS if head.startswith(start)), None) or _kind_of_text(head)


def _kind_of_boxes(brand: bytes, others: bytes) -> Kind:
    """The ISO base media family: HEIC photos, AVIF pictures, films and recordings begin alike."""
    if brand in (b"avif", b"avis") or (brand in (b"mif1", b"msf1") and b"avif" in others):
        return Kind.OTHER_IMAGE
    if brand in _HEIC_BRANDS:
        return Kind.HEIC
    return Kind.SOUND if brand in _SOUND_BRANDS else Kind.VIDEO


def _first_part(content: bytes, parts: tuple[tuple[bytes, Kind], ...]) -> Kind | None:
    return next((kind for part, kind in parts if part in content), None)


def _kind_of_text(head: bytes) -> Kind:
    if b"%PDF-" in head[:2048]:
        return Kind.JUNK_BEFORE_PDF
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"mime-version:")):
        return Kind.WEB_PAGE
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return Kind.TEXT if control == 0 else Kind.UNKNOWN
