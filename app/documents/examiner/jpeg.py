"""A JPEG without what the camera wrote beside the picture. The picture itself is not touched.

A photo of a paper often carries the place where it was taken, which may be the home that a person wants hidden from
the other side. Kept: the coded picture, its colour profile, and which way up it is. Marker codes: ITU-T T.81, B.1.1.3.
"""

from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from .refusal import No

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_ORIENTATION = 0x0112


def bare_jpeg(content: bytes) -> bytes:
    """The same picture with a note of its orientation as the only thing beside it; whatever followed its end is cut."""
    with Image.open(BytesIO(content), formats=("JPEG", "MPO")) as image:
        turned = image.getexif().get(_ORIENTATION, 1)
    parts = [b"\xff\xd8", _note(turned)]
    parts += [part for marker, part in _parts(content) if _kept(marker, part)]
    return b"".join(parts)


def _note(turned: int) -> bytes:
    if turned not in range(2, 9):
        return b""
    exif = Image.Exif()
    exif[_ORIENTATION] = turned
    body = exif.tobytes()
    if not body.startswith(b"Exif"):
        body = b"Exif\x00\x00" + body
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _kept(marker: int, part: bytes) -> bool:
    if marker == _APP2:
        return part[4:].startswith(b"ICC_PROFILE")
    if marker in (_APP0, _APP14):
        return True
    return not (_APP1 <= marker <= _APP15 or marker == _COM)


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes with the marker) up to and with the end of the first picture."""
    at = 2
    while at < len(content) - 1:
        at = _next_marker(content, at)
        marker = content[at + 1]
        if marker == _EOI:
            yield marker, content[at : at + 2]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == _SOS:
            end = _end_of_scan(content, end)
        yield marker, content[at:end]
        at = end
    raise No("image_cut_off")


def _next_marker(content: bytes, at: int) -> int:
    """Where the next marker stands; fill bytes before it are passed over."""
    found = content.find(b"\xff", at)
    while 0 <= found < len(content) - 1 and content[found + 1] in (0x00, 0xFF):
        found = content.find(b"\xff", found + 1)
    if found < 0 or found >= len(content) - 1:
        raise No("image_cut_off")
    return found


def _end_of_scan(content: bytes, at: int) -> int:
    """Coded dots run until a marker that is neither a stuffed zero nor a restart."""
    found = content.find(b"\xff", at)
    while 0 <= found < len(content) - 1 and (content[found + 1] in (0x00, 0xFF) or 0xD0 <= content[found + 1] <= 0xD7):
        found = content.find(b"\xff", found + 1)
    if found < 0 or found >= len(content) - 1:
        raise No("image_cut_off")
    return found
