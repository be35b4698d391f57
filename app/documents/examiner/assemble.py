"""Several photos, in the order given, as one PDF: A4 pages, turned as the camera was held."""

from io import BytesIO
from pathlib import Path
from typing import Any

import img2pdf
import pikepdf
from PIL import Image, ImageOps

from .image import open_image
from .jpeg import bare_jpeg

QUALITY = 85
_A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
_MARGIN = img2pdf.mm_to_pt(5)


def assemble(photos: list[dict[str, str]], target: str) -> dict[str, Any]:
    """Write the PDF of `photos` ({"path", "kind"}) to `target`: {"pages": n}. The same photos give the same bytes.

    A JPEG goes in as it is, without what the camera wrote beside the picture (place, time, owner); other kinds are
    drawn on white and packed as JPEG, PNG line art without loss.
    """
    layout = img2pdf.get_layout_fun(_A4, border=(_MARGIN, _MARGIN), fit=img2pdf.FitMode.into, auto_orient=True)
    pictures = [_picture(photo["path"], photo["kind"]) for photo in photos]
    content = img2pdf.convert(
        pictures,
        layout_fun=layout,
        rotation=img2pdf.Rotation.ifvalid,
        first_frame_only=True,
        nodate=True,
        engine=img2pdf.Engine.pikepdf,
        creator="Ikirego",
        producer="Ikirego",
    )
    with pikepdf.open(BytesIO(content)) as document:
        # img2pdf compares versions as words and so leaves a random /ID with pikepdf 10; this one comes from the bytes.
        del document.trailer["/ID"]
        document.save(target, deterministic_id=True)
    return {"pages": len(photos)}


def _picture(path: str, kind: str) -> bytes:
    if kind == "jpeg":
        return bare_jpeg(Path(path).read_bytes())
    with open_image(path, kind) as image:
        upright = ImageOps.exif_transpose(image)
        few_colours = kind == "png" and image.mode in ("1", "L", "P")
        flat = _on_white(upright)
        packed = BytesIO()
        if few_colours:
            flat.convert("L" if image.mode != "P" else "RGB").save(packed, "PNG", optimize=False)
        else:
            flat.save(packed, "JPEG", quality=QUALITY)
    return packed.getvalue()


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency: what was see-through becomes paper."""
    if not image.has_transparency_data:
        return image.convert("RGB") if image.mode not in ("L", "RGB") else image
    see_through = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(see_through, mask=see_through.getchannel("A"))
    return paper
