"""Sample files made by code: good ones, and one for each way in which a file can be wrong."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

A4 = (0, 0, 595, 842)


def pdf(pages: int = 1, *, words: str = "Ikirego", box: tuple[float, ...] = A4) -> bytes:
    """A plain PDF with `words` on each of its pages."""
    return made(lambda document: None, pages=pages, words=words, box=box)


def made(
    change: Callable[[pikepdf.Pdf], None], *, pages: int = 1, words: str = "Ikirego", box: tuple[float, ...] = A4
) -> bytes:
    """A plain PDF after `change`."""
    document = pikepdf.new()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    content = f"BT /F1 18 Tf 72 700 Td ({words}) Tj ET".encode("latin-1")
    for _ in range(pages):
        document.pages.append(
            pikepdf.Page(
                Dictionary(
                    Type=Name.Page,
                    MediaBox=Array(list(box)),
                    Contents=Stream(document, content),
                    Resources=Dictionary(Font=Dictionary(F1=font)),
                )
            )
        )
    change(document)
    return _saved(document)


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, static_id=True, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('x')"))


def script_on_open() -> bytes:
    """JavaScript that runs when the file is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = _script()

    return made(change)


def script_in_names() -> bytes:
    """JavaScript in the document's name tree."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), _script()])))

    return made(change)


def script_on_page() -> bytes:
    """An additional action of a page."""

    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.AA = Dictionary(O=_script())

    return made(change)


def script_spelled_oddly() -> bytes:
    """JavaScript whose name is spelled with an escape, as those who hide it do."""
    hidden = b"/Type /Catalog /OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>"
    return pdf().replace(b"/Type /Catalog", hidden, 1)


def script_packed_away() -> bytes:
    """JavaScript inside a compressed object stream."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = document.make_indirect(_script())

    document = pikepdf.open(io.BytesIO(made(change)))
    return _saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def script_nobody_refers_to() -> bytes:
    """JavaScript in an object that no page refers to, only the trailer's private entry."""

    def change(document: pikepdf.Pdf) -> None:
        document.trailer["/Hidden"] = document.make_indirect(Array([Array([_script()])]))

    return made(change)


def script_nested(depth: int) -> bytes:
    """JavaScript inside so many arrays, one in the other, of an object."""
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /Odd 4 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
            b"[" * depth + b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>" + b"]" * depth,
        ]
    )


def launcher() -> bytes:
    """A link that starts another program."""

    def change(document: pikepdf.Pdf) -> None:
        action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
        document.pages[0].obj.Annots = Array([document.make_indirect(link)])

    return made(change)


def with_attachment() -> bytes:
    """A file attached through the name tree."""

    def change(document: pikepdf.Pdf) -> None:
        document.attachments["hidden.exe"] = b"MZ" + b"\0" * 100

    return made(change)


def with_annotation(subtype: str) -> bytes:
    """An annotation of this kind, for instance "FileAttachment" or "RichMedia"."""

    def change(document: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name("/" + subtype), Rect=Array([0, 0, 9, 9]))
        document.pages[0].obj.Annots = Array([document.make_indirect(note)])

    return made(change)


def xfa_form() -> bytes:
    """A form of the kind that lives in XML."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(document, b"<xdp/>"))

    return made(change)


def encrypted(*, user: str = "geheim", owner: str = "eigen") -> bytes:
    """Locked; with an empty `user` anyone can read it but not print or copy."""
    document = pikepdf.open(io.BytesIO(pdf()))
    return _saved_locked(document, user, owner)


def _saved_locked(document: pikepdf.Pdf, user: str, owner: str) -> bytes:
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(user=user, owner=owner))
    return out.getvalue()


def truncated_pdf() -> bytes:
    """The first two thirds of a PDF."""
    whole = pdf(pages=5)
    return whole[: len(whole) * 2 // 3]


def pdf_without_pages() -> bytes:
    """A PDF whose page tree is empty."""
    return _saved(pikepdf.new())


def raw_pdf(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1, the first being the catalog; with a right cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def page_loop() -> bytes:
    """A page tree whose branch contains itself."""
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
    )


def flate_bomb(megabytes: int = 200) -> bytes:
    """A page whose content unpacks to so many megabytes."""
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + packed.flush()
    return _one_stream(body, b"/Filter /FlateDecode")


def double_bomb(megabytes: int = 2000) -> bytes:
    """As `flate_bomb`, packed twice, so that the file itself is tiny."""
    packed = zlib.compressobj(9)
    body = b"".join(packed.compress(b"\0" * 1_000_000) for _ in range(megabytes)) + packed.flush()
    return _one_stream(zlib.compress(body, 9), b"/Filter [/FlateDecode /FlateDecode]")


def huge_picture() -> bytes:
    """A picture that says it is 100,000 by 100,000 dots."""
    body = zlib.compress(b"\0" * 1000)
    entries = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return _one_stream(body, entries + b" /Filter /FlateDecode")


def small_picture_bomb(megabytes: int = 100) -> bytes:
    """A picture of one dot with far more behind it."""
    body = zlib.compress(b"\0" * (megabytes * 1_000_000), 9)
    entries = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return _one_stream(body, entries + b" /Filter /FlateDecode")


def _one_stream(body: bytes, entries: bytes) -> bytes:
    return raw_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
            b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), entries, body),
        ]
    )


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (640, 480), *, turned: int | None = None, place: bool = False
) -> bytes:
    """A photo with a dark left half; `turned` is its EXIF orientation, `place` writes where it was taken."""
    image = Image.new("RGB", size, "white")
    image.paste((20, 30, 40), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = turned
    if place:
        exif[0x010F] = "KAMERA-CANARY"
        exif.get_ifd(0x8825)[1] = "S"
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes()) if turned or place else image.save(out, kind)
    return out.getvalue()


def heic(size: tuple[int, int] = (320, 240)) -> bytes:
    """A HEIC photo, as phones make them."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, "red")).save(out, quality=60)
    return out.getvalue()


def see_through_png(size: tuple[int, int] = (300, 200)) -> bytes:
    """A PNG with transparency."""
    out = io.BytesIO()
    Image.new("RGBA", size, (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def animated(kind: str = "WEBP") -> bytes:
    """A moving picture."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def pixel_bomb_png(side: int = 60_000) -> bytes:
    """A small PNG that says it has `side` times `side` dots."""

    def part(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    dots = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", dots) + part(b"IEND", b"")


def packed(*names: str) -> bytes:
    """A ZIP file with empty parts of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def docx() -> bytes:
    """What a word processor saves."""
    return packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")


def old_office(stream: str) -> bytes:
    """The beginning of a file of the older office programs, with this stream in its directory."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600
