"""How much looking into a file may cost."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Most pixels of an image, most bytes that an archive may unpack to, and where it does."""

    image_pixels: int
    archive_bytes: int
    folder: Path | None = None  # of archives inside archives; None: the system's
