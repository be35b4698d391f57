"""One page as a picture, for the registrar's desk: nobody there opens a stranger's PDF."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from .refusal import No

LONGEST = 4000


def draw_page(path: str, page: int, width: int, target: str) -> dict[str, Any]:
    """Write page `page` (from 1), `width` dots wide, to `target` as WebP: {"width", "height"}."""
    try:
        document = pypdfium2.PdfDocument(path)
        if not 1 <= page <= len(document):
            raise No("no_pages", page)
        sheet = document[page - 1]
        points_wide, points_high = sheet.get_size()
        scale = min(width / points_wide, LONGEST / points_high, LONGEST / points_wide)
        bitmap = sheet.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
        image: Image.Image = bitmap.to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ZeroDivisionError) as error:
        raise No("damaged", page) from error
    packed = BytesIO()
    image.save(packed, "WEBP", quality=70, method=2)
    Path(target).write_bytes(packed.getvalue())
    return {"width": image.width, "height": image.height}
