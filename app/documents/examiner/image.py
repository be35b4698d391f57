"""Is this photo whole, still, and of a size that can be handled?"""

from typing import Any

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from .refusal import No

# A phone's 108-megapixel JPEG is read in pieces; other kinds are unpacked in memory.
MOST_PIXELS_JPEG = 120_000_000
MOST_PIXELS = 50_000_000
# What a kind of file may be opened as: nothing else of Pillow's many readers is ever tried.
_FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}

Image.MAX_IMAGE_PIXELS = None  # we compare ourselves, before anything is unpacked
ImageFile.LOAD_TRUNCATED_IMAGES = False
pillow_heif.register_heif_opener(thumbnails=False)


def examine_images(photos: list[dict[str, str]]) -> dict[str, Any]:
    """{"sizes": [[width, height], ...]} in dots of the photos ({"path", "kind"}).

    Raises No with what is wrong; its detail is the place of the bad photo in the list, from 0.
    """
    sizes = []
    for place, photo in enumerate(photos):
        try:
            with open_image(photo["path"], photo["kind"]) as image:
                sizes.append(list(image.size))
                read_through(image)
        except No as no:
            raise No(no.reason, place) from no
        except MemoryError as error:
            raise No("image_pixels", place) from error
        except Exception as error:
            # A decoder that stumbles in a way of its own.
            raise No("image_damaged", place) from error
    return {"sizes": sizes}


def open_image(path: str, kind: str) -> Image.Image:
    """The photo, opened but not yet read; raises No for damage, too many dots, or movement."""
    try:
        image = Image.open(path, formats=_FORMATS[kind])
        check_size(image, kind)
        moving = getattr(image, "n_frames", 1) > 1 and image.format in ("PNG", "WEBP")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        raise No("image_cut_off" if "truncated" in str(error).lower() else "image_damaged") from error
    if moving:
        raise No("image_animated")
    return image


def check_size(image: Image.Image, kind: str) -> None:
    """Raise No unless the dots can be handled."""
    width, height = image.size
    if width * height > (MOST_PIXELS_JPEG if kind == "jpeg" else MOST_PIXELS):
        raise No("image_pixels")


def read_through(image: Image.Image) -> None:
    """Decode every byte, a JPEG at an eighth of its size, so that a missing end is noticed now and not in court."""
    width, height = image.size
    try:
        if image.format in ("JPEG", "MPO"):
            image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, RuntimeError) as error:
        words = str(error).lower()
        cut = any(sign in words for sign in ("truncated", "end of", "eof", "incomplete"))
        raise No("image_cut_off" if cut else "image_damaged") from error
