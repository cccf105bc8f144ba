"""How the short texts that authors accept are compared with those that students type."""

import re
import unicodedata
from functools import lru_cache

LONGEST_TEXT = 1000  # characters of a one-line answer; nobody needs more
# Invisible, so nobody can be asked to type them: soft hyphens, joiners, direction marks.
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def normal_text(text: str, *, case_sensitive: bool) -> str:
    """NFKC, trimmed, inner spaces collapsed; case folded unless case matters."""
    normal = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    if not case_sensitive:
        # Folding may leave NFKC ("ΐ"), so it is normalized again (Unicode 3.13, D146).
        normal = unicodedata.normalize("NFKC", normal.casefold())
    return " ".join(normal.split())


def matches(pattern: str, said: str, case_sensitive: bool) -> bool:
    """Whether a normalized text fits an accepted one, where `*` is any run and `\\*` a star.

    Greedy from both ends, part by part, in linear time, so that no pattern can make it hang.
    """
    parts = _pattern_parts(pattern, case_sensitive)
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
def _pattern_parts(pattern: str, case_sensitive: bool) -> tuple[str, ...]:
    """The literal parts between the stars, normalized like the answer."""
    # Private-use characters stand in, so that normalizing sees the text as a whole.
    marked = re.sub(r"\\\*", "\ue000", pattern).replace("*", "\ue001")
    normal = normal_text(marked, case_sensitive=case_sensitive)
    return tuple(part.replace("\ue000", "*") for part in normal.split("\ue001"))
