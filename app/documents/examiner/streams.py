"""How much a PDF holds when it is unpacked, found out without ever keeping more than a piece of it."""

import zlib
from typing import Any

import pikepdf

from .refusal import No

PIECE = 1 << 20
MOST_OF_ONE = 64 << 20  # text, fonts, tables: far more than any honest page needs
MOST_OF_ALL = 1 << 30
MOST_PIXELS = 150_000_000
SLACK = 1 << 20
_SHRINKING = frozenset({"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"})


class Inflated:
    """Counts what the streams of one file unpack to; raises No("bomb") at the first that unpacks to too much."""

    def __init__(self) -> None:
        """Nothing counted yet."""
        self._all = 0

    def add(self, stream: pikepdf.Stream) -> None:
        """Count one stream."""
        filters = _filters(stream)
        allowed = _allowed(stream)
        shrinking = [name for name in filters if name in _SHRINKING]
        if not shrinking:
            return
        if len(shrinking) > 1:
            # Nobody packs twice what was packed well; it is how a terabyte fits into a letter.
            raise No("bomb")
        if filters in (["/FlateDecode"], ["/Fl"]):
            size = _inflate(stream.read_raw_bytes(), allowed)
        else:
            size = _decode_whole(stream)
        self._all += size
        if size > allowed or self._all > MOST_OF_ALL:
            raise No("bomb")


def _filters(stream: pikepdf.Stream) -> list[str]:
    value: Any = stream.get("/Filter")
    if isinstance(value, pikepdf.Array):
        return [str(name) for name in value]
    return [] if value is None else [str(value)]


def _allowed(stream: pikepdf.Stream) -> int:
    """Bytes that this stream may unpack to: a picture says its own size, anything else gets one common limit."""
    if str(stream.get("/Subtype", "")) != "/Image":
        return MOST_OF_ONE
    try:
        width, height = int(stream["/Width"]), int(stream["/Height"])
        bits = int(stream.get("/BitsPerComponent", 8))
    except (KeyError, TypeError, ValueError) as error:
        raise No("damaged") from error
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise No("bomb")
    # At most four colours a dot, rows padded to whole bytes, one predictor byte a row.
    return height * (width * 4 * max(bits, 1) // 8 + 2) + SLACK


def _inflate(packed: bytes, allowed: int) -> int:
    """The unpacked size, or the first size seen above `allowed`. Damage ends the count: readers stop there too."""
    inflater = zlib.decompressobj()
    size, rest = 0, packed
    try:
        while rest and size <= allowed:
            size += len(inflater.decompress(rest, PIECE))
            rest = inflater.unconsumed_tail
    except zlib.error:
        pass
    return size


def _decode_whole(stream: pikepdf.Stream) -> int:
    """Chains and old filters are left to qpdf; the limit on memory stops what is too much."""
    try:
        return len(stream.read_bytes())
    except MemoryError as error:
        raise No("bomb") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, NotImplementedError) as error:
        if "bad_alloc" in str(error):
            raise No("bomb") from error
        # A picture that qpdf can't unpack (JPEG behind Flate) is no danger by itself; its dots were counted above.
        return 0
