"""Images: which files are accepted as images, and how thumbnails and avatars are made."""

from io import BytesIO
from typing import IO

from PIL import Image, ImageOps

from lms.files.errors import FileTypeNotAllowed, ImageTooLarge
from lms.files.limits import Limits

FORMS = {"thumbnail": (1280, 1280), "avatar": (512, 512)}  # the box that an image is fitted into
_QUALITY = 82
_TRAILERS = (b"%pdf-", b"<script", b"<?php", b"<html")

# We check the size ourselves before anything is unpacked, with our own limit.
Image.MAX_IMAGE_PIXELS = None


def check_image(file: IO[bytes], limits: Limits, *, format: str) -> None:
    """Raise ImageTooLarge, or FileTypeNotAllowed for what is no sound image of this format."""
    file.seek(0)
    try:
        with Image.open(file, formats=[format]) as image:
            _check_size(image, limits.image_pixels)
            image.verify()
        file.seek(0)
        with Image.open(file, formats=[format]) as image:  # verify leaves nothing to go on with
            image.load()
    except (ImageTooLarge, MemoryError):
        raise
    # Damaged images fail in many ways, which all mean the same.
    except Exception as error:
        raise FileTypeNotAllowed("The image is damaged or not what its name says.") from error
    _check_end(file)


def count_pixels(file: IO[bytes]) -> int:
    """The pixels of an image that was checked."""
    file.seek(0)
    with Image.open(file) as image:
        return int(image.width * image.height)


def _check_size(image: Image.Image, most_pixels: int) -> None:
    width, height = image.size
    if width * height > most_pixels or max(width, height) > 65_535:
        raise ImageTooLarge


def _check_end(file: IO[bytes]) -> None:
    """Cameras write data after an image, but never an archive, a page or a program."""
    end = file.seek(0, 2)
    file.seek(max(0, end - 65_536))
    tail = file.read().lower()
    if any(word in tail for word in _TRAILERS):
        raise FileTypeNotAllowed("There is something else behind the image.")


def reencode(file: IO[bytes], form: str, most_pixels: int) -> bytes:
    """The image as WebP, upright, fitted into the form's box, without any metadata."""
    box = FORMS[form]
    file.seek(0)
    with Image.open(file) as image:
        _check_size(image, most_pixels)
        image.draft("RGB", box)  # a JPEG is read smaller right away
        image.load()
        has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
        mode = "RGBA" if has_alpha else "RGB"
        plain: Image.Image = image if image.mode == mode else image.convert(mode)
        # Made small before it is turned: each step at full size takes another 200 MB.
        plain.thumbnail(box, Image.Resampling.LANCZOS)
        plain = ImageOps.exif_transpose(plain)
    out = BytesIO()
    # A new image takes only the pixels; exif and profile would otherwise be copied in `info`.
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    clean.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()
