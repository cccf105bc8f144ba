"""The fonts that ship with the project, and which of them can draw a character.

Every file is opened once for the process, when first needed: it is mapped and not read, so the
unused megabytes of Chinese cost nothing. A face never changes after it is opened.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import uharfbuzz as hb  # type: ignore[import-untyped]

_FOLDER = Path(__file__).parent / "fonts"
_DISPLAY = "NotoSerifDisplay-Regular"
_TEXT = "NotoSerif-Regular"
_CHINESE = "NotoSerifSC-Regular"
_JAPANESE = "NotoSerifJP-Regular"
_KOREAN = "NanumMyeongjo-Regular"
_ARABIC = "NotoNaskhArabic-Regular"

# Joiners and variation selectors ask for a form of their neighbour; they have no ink of their own.
INKLESS = frozenset("\u200c\u200d\u034f") | {chr(point) for point in range(0xFE00, 0xFE10)}


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """One open font file. `units` is its design units per em."""

    name: str
    face: hb.Face
    font: hb.Font
    units: int

    def covers(self, cluster: str) -> bool:
        """Whether every visible character of the cluster has a glyph here."""
        visible = [character for character in cluster if character not in INKLESS]
        return all(self.font.get_nominal_glyph(ord(character)) for character in visible)


@dataclass(frozen=True, slots=True)
class Family:
    """Typefaces in the order in which they are asked for a character."""

    typefaces: tuple[Typeface, ...]

    def find(self, cluster: str, preferred: Typeface | None = None) -> Typeface | None:
        """The typeface for a character with its marks, or None if none has all of it."""
        # HarfBuzz composes and decomposes by itself, so either form will do. A lone surrogate or
        # an unassigned point has no glyph anywhere and needs no special case.
        for form in dict.fromkeys((cluster, unicodedata.normalize("NFC", cluster))):
            for typeface in ((preferred,) if preferred else ()) + self.typefaces:
                if typeface.covers(form):
                    return typeface
        return None


def family(*, display: bool, japanese: bool) -> Family:
    """The typefaces for large text (`display`) or small; Han in its Japanese or Chinese forms."""
    han = (_JAPANESE, _CHINESE) if japanese else (_CHINESE, _JAPANESE)
    first = (_DISPLAY, _TEXT) if display else (_TEXT, _DISPLAY)
    named = (*first, _ARABIC, _KOREAN, *han)
    return Family(tuple(_open(name) for name in (*first, _ARABIC, *_other_scripts(), *named[3:])))


@cache
def _other_scripts() -> tuple[str, ...]:
    named = {_DISPLAY, _TEXT, _ARABIC, _KOREAN, _CHINESE, _JAPANESE}
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.ttf") if path.stem not in named))


@cache
def _open(name: str) -> Typeface:
    face = hb.Face(hb.Blob.from_file_path(str(_FOLDER / f"{name}.ttf")))
    return Typeface(name, face, hb.Font(face), face.upem)
