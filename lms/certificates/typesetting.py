"""From any string to lines of placed glyphs that fit a given space.

Lengths are in thousandths of the type size (as in PDF) until a size has been chosen. Fonts are
picked for each cluster, a character with its marks; HarfBuzz shapes runs of one font and one
direction; the bidirectional algorithm then says where on the line each run stands. Why this is
ours: docs/decisions/0006-own-typesetting.md.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import uharfbuzz as hb  # type: ignore[import-untyped]

from lms.certificates import bidi
from lms.certificates.typefaces import INKLESS, Family, Typeface, family

NO_SUCH_CHARACTER = "\ufffd"  # for what isn't a character: lone surrogates, controls, unassigned
NO_GLYPH = "□"  # for what no font of ours can draw: emoji, a script we don't ship
LONGEST = 600  # characters; no field is longer, and the work grows with the text
_MOST_MARKS = 4  # above and below one letter; more would climb over the line above
_LONGEST_CLUSTER = 12  # characters: a Tibetan stack or a family of emoji, but no more
_CONTROLS = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff") | {
    chr(point) for point in (*range(0x202A, 0x202F), *range(0x2061, 0x2070))
}


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph where the pen stands, moved by (dx, dy); the pen then moves on by `advance`."""

    typeface: Typeface
    id: int
    text: str
    advance: float
    dx: float
    dy: float


@dataclass(frozen=True, slots=True)
class Line:
    """Glyphs from left to right."""

    glyphs: tuple[Glyph, ...]

    @property
    def width(self) -> float:
        """In thousandths of the type size."""
        return sum(glyph.advance for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size in points, `leading` points apart."""

    lines: tuple[Line, ...]
    size: float
    leading: float


@dataclass(frozen=True, slots=True)
class Fit:
    """One way to fit a text: at most `lines` lines, between two sizes in points."""

    lines: int
    largest: float
    smallest: float


@dataclass(frozen=True, slots=True)
class _Piece:
    """A cluster of the text and the typeface that draws it."""

    text: str
    typeface: Typeface


def typeset(
    text: str,
    width: float,
    height: float,
    fits: Sequence[Fit],
    *,
    display: bool = False,
    language: str = "en",
) -> Block:
    """The text in a space of points, by the first fit that holds it; at worst cut with an ellipsis.

    Takes any string; what cannot be printed becomes `NO_SUCH_CHARACTER` or `NO_GLYPH`.
    """
    text = text[:LONGEST] + ("…" if len(text) > LONGEST else "")
    japanese = language.lower().startswith("ja") or any("\u3040" <= c <= "\u30ff" for c in text)
    fonts = family(display=display, japanese=japanese)
    pieces = _pieces(text, fonts)
    base = bidi.base_level("".join(piece.text for piece in pieces))
    widths = _widths(pieces, base, language)
    leading = 1.22 if _plain(pieces) else 1.5  # marks above and below need the room
    for fit in fits:
        size = fit.largest
        while size >= fit.smallest:
            limit = width / size * 1000
            lines = _break(pieces, widths, limit)
            if len(lines) <= fit.lines and len(lines) * leading * size <= height:
                lines = _balance(pieces, widths, limit, len(lines))
                return _block(pieces, lines, base, language, size, leading, width)
            size -= 0.5
    size = fits[-1].smallest
    most = max(1, min(fits[-1].lines, int(height / (leading * size))))
    lines = _break(pieces, widths, width / size * 1000)
    if len(lines) > most:
        lines = lines[:most]
        start, end = lines[-1]
        pieces = [*pieces[: max(start + 1, end - 2)], _stand_in("…", fonts)]
        lines[-1] = (start, len(pieces))
    return _block(pieces, lines, base, language, size, leading, width)


def printable(text: str, *, language: str = "en") -> str:
    """The text as it will be printed, with whatever cannot be replaced."""
    japanese = language.lower().startswith("ja")
    return "".join(piece.text for piece in _pieces(text, family(display=False, japanese=japanese)))


def _pieces(text: str, fonts: Family) -> list[_Piece]:
    pieces: list[_Piece] = []
    for cluster in _clusters(" ".join(_visible(text))):
        # Spaces and punctuation stay with the run before them, so that they match its weight.
        inherits = pieces and unicodedata.category(cluster[0])[0] in "ZPN"
        typeface = fonts.find(cluster, pieces[-1].typeface if inherits else None)
        if typeface is not None:
            pieces.append(_Piece(cluster, typeface))
            continue
        plain = unicodedata.normalize("NFKC", cluster)
        typeface = fonts.find(plain)
        if typeface is not None:  # 𝓢𝓪𝓶, the letters of mathematics, is printed as Sam
            pieces.append(_Piece(plain, typeface))
            continue
        base = fonts.find(cluster[0])
        if base is not None and cluster[0] not in INKLESS:
            pieces.append(_Piece(cluster[0], base))
        not_one = unicodedata.category(cluster[0]) in ("Cs", "Cn", "Co")
        stand_in = NO_SUCH_CHARACTER if not_one else NO_GLYPH
        pieces.append(_stand_in(stand_in, fonts))
    return pieces or [_stand_in(NO_SUCH_CHARACTER, fonts)]


def _stand_in(character: str, fonts: Family) -> _Piece:
    return _Piece(character, cast(Typeface, fonts.find(character)))  # our fonts have all three


def _visible(text: str) -> Iterator[str]:
    """The text's words, without controls of direction and with other controls made visible."""
    for word in text.split():
        kept = "".join(
            NO_SUCH_CHARACTER if unicodedata.category(character) == "Cc" else character
            for character in word
            if character not in _CONTROLS
        ).lstrip("\u200c\u200d")
        if kept:
            yield kept


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for character in text:
        if cluster and _extends(cluster, character):
            if sum(map(_piles_up, cluster)) < _MOST_MARKS or not _piles_up(character):
                cluster += character[: _LONGEST_CLUSTER - len(cluster)]
        else:
            if cluster:
                yield cluster
            cluster = character
    if cluster:
        yield cluster


def _piles_up(character: str) -> bool:
    return unicodedata.combining(character) != 0


def _extends(cluster: str, character: str) -> bool:
    if unicodedata.category(character) in ("Mn", "Mc", "Me") or character in INKLESS:
        return cluster != " "
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return unicodedata.category(cluster[0]) == "So"  # a skin tone, the tags of a flag
    if cluster[-1] == "\u200d":  # several emoji joined into one picture
        return unicodedata.category(cluster[0]) == "So"
    # Two regional indicators are one flag.
    return len(cluster) == 1 and all("\U0001f1e6" <= c <= "\U0001f1ff" for c in cluster + character)


def _plain(pieces: Sequence[_Piece]) -> bool:
    high = ("NotoSerifDisplay", "NotoSerif-", "NotoSerifSC", "NotoSerifJP", "Nanum")
    return all(p.typeface.name.startswith(high) and len(p.text) == 1 for p in pieces)


def _widths(pieces: Sequence[_Piece], base: int, language: str) -> list[float]:
    """Each piece's width; one that is drawn within its neighbour's ligature has none."""
    widths = [0.0] * len(pieces)
    for glyph, index in _shape(pieces, range(len(pieces)), base, language):
        widths[index] += glyph.advance
    return widths


def _shape(
    pieces: Sequence[_Piece], indexes: range, base: int, language: str
) -> Iterator[tuple[Glyph, int]]:
    """Glyphs of the pieces from left to right, each with the index of the piece it draws."""
    chosen = [pieces[index] for index in indexes]
    text = "".join(piece.text for piece in chosen)
    per_character = bidi.embedding_levels(text, base)
    starts = [0]
    for piece in chosen:
        starts.append(starts[-1] + len(piece.text))
    levels = [per_character[start] for start in starts[:-1]]
    runs = [
        list(run)
        for _, run in groupby(range(len(chosen)), lambda at: (levels[at], chosen[at].typeface.name))
    ]
    for at in bidi.visual_order([levels[run[0]] for run in runs]):
        run = runs[at]
        clusters = [chosen[index].text for index in run]
        for glyph, within in _shape_run(
            clusters, chosen[run[0]].typeface, levels[run[0]] % 2 == 1, language
        ):
            yield glyph, indexes[run[within]]


def _shape_run(
    clusters: Sequence[str], typeface: Typeface, leftward: bool, language: str
) -> Iterator[tuple[Glyph, int]]:
    buffer = hb.Buffer()
    text = "".join(clusters)
    owner = [index for index, cluster in enumerate(clusters) for _ in cluster]
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if leftward else "ltr"
    buffer.language = language.split("-")[0] if language.isascii() and language else "en"
    hb.shape(typeface.font, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    scale = 1000 / typeface.units
    starts = sorted({info.cluster for info in infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    said: dict[int, int] = {}
    count = {start: sum(info.cluster == start for info in infos) for start in starts}
    for info, position in zip(infos, positions, strict=True):
        # A cluster's text is shared out over its glyphs, so that copying the line gives it back.
        source = text[info.cluster : ends[info.cluster]]
        nth = said[info.cluster] = said.get(info.cluster, -1) + 1
        last = nth == count[info.cluster] - 1
        yield (
            Glyph(
                typeface,
                info.codepoint,
                source[nth:] if last else source[nth : nth + 1],
                position.x_advance * scale,
                position.x_offset * scale,
                position.y_offset * scale,
            ),
            owner[info.cluster],
        )


def _break(
    pieces: Sequence[_Piece], widths: Sequence[float], limit: float
) -> list[tuple[int, int]]:
    """Where lines of at most this width start and end; a word is cut only if it's longer."""
    lines = []
    start, opportunity, used = 0, 0, 0.0
    for index, width in enumerate(widths):
        if used + width > limit and index > start and pieces[index].text != " ":
            cut = opportunity if opportunity > start else index
            lines.append((start, cut))
            start, used = cut, sum(widths[cut:index])
        used += width
        if _may_break(pieces, index):
            opportunity = index + 1
    return [*lines, (start, len(pieces))]


def _may_break(pieces: Sequence[_Piece], index: int) -> bool:
    text = pieces[index].text
    if text in (" ", "-", "‐", "–", "—", "/"):
        return True
    following = pieces[index + 1].text if index + 1 < len(pieces) else ""
    return _ideograph(text) and _ideograph(following)


def _ideograph(text: str) -> bool:
    return (
        text[:1] >= "\u3040"
        and unicodedata.category(text[0]) == "Lo"
        and (text < "\ua000" or "\uf900" <= text < "\ufb00" or text >= "\U00020000")
    )


def _balance(
    pieces: Sequence[_Piece], widths: Sequence[float], limit: float, count: int
) -> list[tuple[int, int]]:
    """The same number of lines, of lengths as even as can be: a last word alone looks lost."""
    narrow, wide = limit / 2, limit
    for _ in range(8 if count > 1 else 0):
        middle = (narrow + wide) / 2
        if len(_break(pieces, widths, middle)) > count:
            narrow = middle
        else:
            wide = middle
    return _break(pieces, widths, wide)


def _block(
    pieces: Sequence[_Piece],
    spans: Sequence[tuple[int, int]],
    base: int,
    language: str,
    size: float,
    leading: float,
    width: float,
) -> Block:
    lines = []
    for start, end in spans:
        while end > start + 1 and pieces[end - 1].text == " ":
            end -= 1
        shaped = _shape(pieces, range(start, end), base, language)
        lines.append(Line(tuple(glyph for glyph, _ in shaped)))
    # A line shaped on its own may be a hair wider than it was within its paragraph.
    widest = max(line.width for line in lines) * size / 1000
    size = size * min(1.0, width / widest) if widest else size
    return Block(tuple(lines), size, leading * size)
