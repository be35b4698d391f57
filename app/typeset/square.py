"""Square codes (QR) as SVG."""

from io import BytesIO

import segno


def square_code(content: str) -> str:
    """An SVG drawing of `content` with the quiet edge that readers need; error correction M."""
    out = BytesIO()
    segno.make_qr(content, error="m").save(out, kind="svg", border=4, xmldecl=False, svgns=True)
    return out.getvalue().decode()
