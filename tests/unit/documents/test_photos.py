"""Photos become one PDF: in order, upright, whole, without what the camera wrote beside them."""

import io
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from app.documents.child import run_job
from tests.builders import files

A4_TALL, A4_WIDE = (596, 842), (842, 596)
Photos = list[tuple[str, bytes]]


def assembled(folder: Path, photos: Photos, name: str = "made.pdf") -> bytes:
    order = []
    for number, (kind, content) in enumerate(photos):
        path = folder / f"{number}.{kind}"
        path.write_bytes(content)
        order.append({"path": str(path), "kind": kind})
    target = folder / name
    answer = run_job("assemble", {"photos": order, "target": str(target)}, file_size=50_000_000)
    assert answer == {"pages": len(photos)}
    return target.read_bytes()


def drawn(content: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(content)
    images = []
    for number in range(len(document)):
        page = document[number]
        images.append(page.render(scale=1).to_pil().convert("L"))
        page.close()
    document.close()
    return images


def dark(image: Image.Image, x: float, y: float) -> bool:
    left, top = int(image.width * x), int(image.height * y)
    return image.crop((left, top, left + 1, top + 1)).tobytes()[0] < 128


def test_every_kind_of_photo_becomes_a_page_in_the_order_given(tmp_path: Path) -> None:
    photos = [
        ("jpeg", files.photo()),
        ("heic", files.heic()),
        ("webp", files.photo("WEBP", size=(200, 400))),
        ("png", files.see_through_png()),
    ]
    pages = drawn(assembled(tmp_path, photos))
    assert [page.size for page in pages] == [A4_WIDE, A4_WIDE, A4_TALL, A4_WIDE]
    assert dark(pages[0], 0.25, 0.5)
    assert not dark(pages[0], 0.75, 0.5)


@pytest.mark.parametrize(
    ("turned", "size", "dark_at"),
    [
        (1, A4_WIDE, (0.25, 0.5)),
        (3, A4_WIDE, (0.75, 0.5)),
        (6, A4_TALL, (0.5, 0.25)),
        (8, A4_TALL, (0.5, 0.75)),
    ],
)
def test_a_photo_stands_as_the_camera_was_held(
    tmp_path: Path, turned: int, size: tuple[int, int], dark_at: tuple[float, float]
) -> None:
    (page,) = drawn(assembled(tmp_path, [("jpeg", files.photo(turned=turned))]))
    assert page.size == size
    assert dark(page, *dark_at)
    assert not dark(page, 1 - dark_at[0], 1 - dark_at[1])


def test_mirrored_photos_are_taken_too(tmp_path: Path) -> None:
    for turned in (2, 4, 5, 7, 9, 0):
        assert drawn(assembled(tmp_path, [("jpeg", files.photo(turned=turned))]))


def test_where_a_photo_was_taken_does_not_get_into_the_pdf(tmp_path: Path) -> None:
    photo = files.photo(place=True, turned=6)
    assert b"KAMERA-CANARY" in photo
    made = assembled(tmp_path, [("jpeg", photo)])
    assert b"KAMERA-CANARY" not in made
    assert drawn(made)[0].size == A4_TALL


def test_a_jpeg_goes_in_without_being_packed_again(tmp_path: Path) -> None:
    photo = files.photo()
    coded = photo[photo.index(b"\xff\xda") :]
    assert coded in assembled(tmp_path, [("jpeg", photo)])


def test_bytes_behind_the_photo_are_left_out(tmp_path: Path) -> None:
    made = assembled(tmp_path, [("jpeg", files.photo() + b"PK\x03\x04 SECOND-FILE-CANARY")])
    assert b"SECOND-FILE-CANARY" not in made


def test_a_progressive_and_a_grey_and_a_four_colour_jpeg_are_taken(tmp_path: Path) -> None:
    photos: Photos = []
    for mode, options in (("RGB", {"progressive": True}), ("L", {}), ("CMYK", {})):
        out = io.BytesIO()
        Image.new(mode, (64, 48)).save(out, "JPEG", **options)
        photos.append(("jpeg", out.getvalue()))
    assert len(drawn(assembled(tmp_path, photos))) == 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_colour_mode_is_taken(tmp_path: Path, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (64, 48)).save(out, "PNG")
    assert len(drawn(assembled(tmp_path, [("png", out.getvalue())]))) == 1


def test_what_was_see_through_becomes_paper(tmp_path: Path) -> None:
    (page,) = drawn(assembled(tmp_path, [("png", files.see_through_png())]))
    assert not dark(page, 0.5, 0.5)


def test_the_same_photos_give_the_same_bytes(tmp_path: Path) -> None:
    photos = [("jpeg", files.photo(turned=6)), ("png", files.photo("PNG"))]
    assert assembled(tmp_path, photos, "one.pdf") == assembled(tmp_path, photos, "two.pdf")
