"""How the short texts that authors accept are compared with those that students type."""

import re
import unicodedata
from functools import lru_cache

LONGEST_TEXT = 1000  # characters of a one-line answer; nobody needs more
# Invisible, so nobody can be asked to type them: soft hyphens, joiners, direction marks.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# What a keyboard or a word processor writes in place of another character: ’ for ', “ for ".
_APOSTROPHES = "\u2019\u2018\u201b\u02bc\u2032\u00b4`"
_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_SIGNS = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_QUOTES, '"') | dict.fromkeys(_HYPHENS, "-")
)
# Vowel signs, which a keyboard may not have: Hebrew's points, and Arabic's marks without hamza
# and madda, which belong to their letter.
_STAR = "\ue001"  # stands for a star while a pattern is normalized
_DOTTED_I = re.compile("i\u0307+|ı")
_VOWELS = re.compile(
    "[\u05b0-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670]"
)


def normal_text(text: str, *, case_sensitive: bool, exact: bool) -> str:
    """NFKC, trimmed, inner spaces collapsed; case folded unless case matters.

    Unless `exact`, signs that keyboards write for each other are one, and vowel signs are left out.
    """
    text = INVISIBLE.sub("", text)
    if not exact:
        text = text.translate(_SIGNS)  # first: NFKC takes ´ and ″ apart
    normal = unicodedata.normalize("NFKC", text)
    if not exact:
        bare = _VOWELS.sub("", normal)
        # A text of vowel signs alone asks for them.
        normal = bare if bare.strip(f" {_STAR}") else normal
        normal = unicodedata.normalize("NFKC", normal.translate(_SIGNS))
    if not case_sensitive:
        # Folding may leave NFKC ("ΐ"), so it is normalized again (Unicode 3.13, D146).
        normal = unicodedata.normalize("NFKC", normal.casefold())
        if not exact:
            normal = unicodedata.normalize("NFKC", _DOTTED_I.sub("i", normal))
    return " ".join(normal.split())


def matches(pattern: str, said: str, *, case_sensitive: bool, exact: bool) -> bool:
    """Whether a normalized text fits an accepted one, where `*` is any run and `\\*` a star.

    Greedy from both ends, part by part, in linear time, so that no pattern can make it hang.
    """
    parts = _pattern_parts(pattern, case_sensitive, exact)
    if len(parts) == 1:
        return said == parts[0]
    first, *middle, last = parts
    if len(said) < len(first) + len(last) or not said.startswith(first) or not said.endswith(last):
        return False
    position, end = len(first), len(said) - len(last)
    for part in middle:
        found = said.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True


@lru_cache(maxsize=4096)
def _pattern_parts(pattern: str, case_sensitive: bool, exact: bool) -> tuple[str, ...]:
    """The literal parts between the stars, normalized like the answer."""
    # Private-use characters stand in, so that normalizing sees the text as a whole.
    marked = re.sub(r"\\\*", "\ue000", pattern).replace("*", _STAR)
    normal = normal_text(marked, case_sensitive=case_sensitive, exact=exact)
    return tuple(part.replace("\ue000", "*") for part in normal.split(_STAR))
