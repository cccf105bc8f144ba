"""What a new password must be (NIST SP 800-63B-4 §3.1.1.2, OWASP ASVS 5.0 §6.2).

It must be long enough, and not one of the first guesses: a common password, the site's or the
person's name, a repetition or a run. There is no rule about kinds of characters, since such rules
only make passwords more alike.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from aiohttp import web

from lms.core.http.request import SETTINGS
from lms.errors import FieldError, Invalid
from lms.settings import Settings

# 40,000 passwords, casefolded; NOTICE.txt says where they come from.
_COMMON = Path(__file__).with_name("common-passwords.txt.gz")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "qwertzuiop", "yxcvbnm", "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)  # fmt: skip
_RUNS = _ROWS + tuple(row[::-1] for row in _ROWS)
_SHORTEST_RUN = 3
_OWN_PART = 4  # characters that must be left when names are taken out


def check_new_password(
    password: str,
    settings: Settings,
    *,
    pointer: str = "/password",
    email: str = "",
    full_name: str = "",
) -> None:
    """Raise Invalid, pointing at the field, for a password that may not be set."""
    fault = find_fault(password, settings, pointer=pointer, email=email, full_name=full_name)
    if fault is not None:
        raise Invalid(errors=[fault])


def check_by_itself(request: web.Request, given: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with a `new_password`, whosever it is to be."""
    if "new_password" not in given:
        return []
    password = given["new_password"]
    fault = find_fault(password, request.app[SETTINGS], pointer="/new_password")
    return [fault] if fault is not None else []


def find_fault(
    password: str, settings: Settings, *, pointer: str, email: str = "", full_name: str = ""
) -> FieldError | None:
    """Why a password may not be set; None if it may."""
    normal = unicodedata.normalize("NFKC", password)
    # NFKC turns U+FDFA into 18 characters, so both forms must be long enough.
    if min(len(password), len(normal)) < settings.password_min_length:
        least = settings.password_min_length
        return FieldError(pointer, "too_short", f"Use {least} characters or more.")
    folded = normal.casefold()
    if folded in common_passwords():
        return FieldError(pointer, "common_password", "This is one of the first to be guessed.")
    if _is_repetition(folded) or _is_made_of_runs(folded):
        return FieldError(pointer, "predictable_password", "Avoid repetitions and sequences.")
    if _is_made_of(folded, _names(settings.site_name, email, full_name)):
        return FieldError(
            pointer, "personal_password", "Use more than your name, your address or our name."
        )
    return None


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The block list, read when it is first asked for."""
    return frozenset(gzip.decompress(_COMMON.read_bytes()).decode().split("\n"))


def _is_repetition(text: str) -> bool:
    """Whether a part of at most half its length makes all of it: aaaaaaaa, abcabcab."""
    return any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, len(text) // 2 + 1)
    )


def _is_made_of_runs(text: str) -> bool:
    """Whether it is nothing but runs of neighbours: 12345678, qwertz, abc987, aaabbb."""
    at = 0
    while at < len(text):
        length = _run_length(text, at)
        if length < _SHORTEST_RUN:
            return False
        at += length
    return True


def _run_length(text: str, at: int) -> int:
    longest = 1
    same = re.match(r"(.)\1*", text[at:], re.DOTALL)
    if same is not None:
        longest = same.end()
    for row in _RUNS:
        found = row.find(text[at])
        while found >= 0:
            length = 0
            while text[at + length : at + length + 1] == row[found + length : found + length + 1]:
                if not text[at + length : at + length + 1]:
                    break
                length += 1
            longest = max(longest, length)
            found = row.find(text[at], found + 1)
    return longest


def _names(site_name: str, email: str, full_name: str) -> Iterator[str]:
    for source in (site_name, full_name, email, email.partition("@")[0]):
        folded = unicodedata.normalize("NFKC", source).casefold()
        words = re.findall(r"[^\W_]+", folded)
        yield "".join(words)
        yield from words


def _is_made_of(text: str, names: Iterator[str]) -> bool:
    """Whether little but names is in it: samstudent1, Sam.Student.1990."""
    known = sorted({name for name in names if len(name) >= 3}, key=len, reverse=True)
    if not known:
        return False
    letters = "".join(re.findall(r"[^\W_]+", text))
    rest = re.sub("|".join(map(re.escape, known)), "", letters)
    return rest != letters and (len(rest) < _OWN_PART or (rest.isdigit() and len(rest) <= 8))
