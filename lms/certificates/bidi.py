"""The order in which a line's characters stand on paper.

The Unicode Bidirectional Algorithm (Unicode Standard Annex #9, revision 48) without its explicit
controls: rules P2-P3, W1-W7, N0-N2, I1-I2, L1 and L2. The controls are left out on purpose: the
typesetter drops them, since an override could print a name backwards. We do not use python-bidi,
because it gives the reordered string and not the levels that shaping needs.
"""

import unicodedata
from collections.abc import Sequence

_OPENING = {"(": ")", "[": "]", "{": "}", "\u2329": "\u232a", "\u3008": "\u3009"}
_OPENING |= {"\u300a": "\u300b", "\u300c": "\u300d", "\u300e": "\u300f", "\u3010": "\u3011"}
_OPENING |= {"\uff08": "\uff09", "\uff3b": "\uff3d", "\uff5b": "\uff5d", "\uff5f": "\uff60"}
_CLOSING = set(_OPENING.values())
_NEUTRAL = {"B", "S", "WS", "ON"}
_STRONG_AS = {"L": "L", "R": "R", "EN": "R", "AN": "R"}


def base_level(text: str) -> int:
    """0 if the text's first strong character runs left to right (or there is none), otherwise 1."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return 0 if kind == "L" else 1
    return 0


def embedding_levels(text: str, base: int) -> list[int]:
    """A level for each character of one paragraph: even runs left to right, odd right to left."""
    # An unassigned character has no class in the database; it stands like a letter.
    kinds = [unicodedata.bidirectional(character) or "L" for character in text]
    kinds = ["ON" if kind == "BN" else kind for kind in kinds]
    embedding = "R" if base % 2 else "L"
    _resolve_weak(kinds, embedding)
    _resolve_brackets(text, kinds, embedding)
    _resolve_neutral(kinds, embedding)
    levels = [_implicit_level(kind, base) for kind in kinds]
    for index in reversed(range(len(text))):  # L1: space at the end of a line keeps its place
        if unicodedata.bidirectional(text[index]) not in ("WS", "S", "B"):
            break
        levels[index] = base
    return levels


def visual_order(levels: Sequence[int]) -> list[int]:
    """Indexes of items with these levels, from the left of the line to its right (rule L2)."""
    order = list(range(len(levels)))
    odd = [level for level in levels if level % 2]
    if not odd:
        return order
    for level in range(max(levels), min(odd) - 1, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = end + 1
    return order


def _implicit_level(kind: str, base: int) -> int:
    if base % 2:
        return base + (kind in ("L", "EN", "AN"))
    return base + (2 if kind in ("EN", "AN") else kind == "R")


def _resolve_weak(kinds: list[str], embedding: str) -> None:
    previous = embedding
    for index, kind in enumerate(kinds):  # W1
        if kind == "NSM":
            kinds[index] = previous
        previous = kinds[index]
    strong = embedding
    for index, kind in enumerate(kinds):  # W2, W3
        if kind in ("L", "R", "AL"):
            strong = kind
        if kind == "EN" and strong == "AL":
            kinds[index] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):  # W4
        before, kind, after = kinds[index - 1 : index + 2]
        if before == after and (before == "EN" and kind in ("ES", "CS")):
            kinds[index] = "EN"
        elif before == after == "AN" and kind == "CS":
            kinds[index] = "AN"
    start = 0
    while start < len(kinds):  # W5
        end = start
        while end < len(kinds) and kinds[end] == "ET":
            end += 1
        if end > start and "EN" in kinds[max(start - 1, 0) : start] + kinds[end : end + 1]:
            kinds[start:end] = ["EN"] * (end - start)
        start = end + 1
    strong = embedding
    for index, kind in enumerate(kinds):  # W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[index] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"


def _resolve_brackets(text: str, kinds: list[str], embedding: str) -> None:
    """N0: a pair of brackets takes the direction of its content, or of the text before it."""
    for opening, closing in _bracket_pairs(text, kinds):
        inside = {_STRONG_AS[kind] for kind in kinds[opening:closing] if kind in _STRONG_AS}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            before = [_STRONG_AS[kind] for kind in kinds[:opening] if kind in _STRONG_AS]
            if before and before[-1] != embedding:
                direction = before[-1]
        for index in (opening, closing):
            kinds[index] = direction
            following = index + 1
            while following < len(text) and unicodedata.bidirectional(text[following]) == "NSM":
                kinds[following] = direction
                following += 1


def _bracket_pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    open_brackets: list[tuple[str, int]] = []
    pairs = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _OPENING:
            if len(open_brackets) == 63:  # the algorithm's own limit
                break
            open_brackets.append((_OPENING[character], index))
        elif character in _CLOSING:
            for depth in reversed(range(len(open_brackets))):
                if open_brackets[depth][0] == character:
                    pairs.append((open_brackets[depth][1], index))
                    del open_brackets[depth:]
                    break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], embedding: str) -> None:
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in _NEUTRAL:
            end += 1
        if end > start:  # N1, N2
            before = _STRONG_AS[kinds[start - 1]] if start else embedding
            after = _STRONG_AS[kinds[end]] if end < len(kinds) else embedding
            kinds[start:end] = [before if before == after else embedding] * (end - start)
        start = end + 1
