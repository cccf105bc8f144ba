"""E-mail addresses: how they are compared, how they are sent to, and which can be mailed.

Domains are compared and sent as A-labels by UTS 46, non-transitional: `faß.de` is a domain of its
own and not `fass.de`. Local parts are compared folded and sent as they were typed.
"""

import re
import unicodedata
from functools import lru_cache

import idna

_LONGEST = (
    254  # octets, of the form that is sent: a path of 256 with its brackets (RFC 5321 §4.5.3)
)
_LONGEST_LOCAL = 64  # octets (RFC 5321 §4.5.3.1.1)
_LONGEST_LABEL = 63
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_LETTERS = ("L", "M", "N")  # letters, marks and numbers of any script (RFC 6531 §3.3 allows more)


def normalize_email(email: str) -> str:
    """The form in which addresses are compared: NFKC, case folded, the domain as A-label.

    What could be an address once and cannot now compares as it did then, so that its owner still
    signs in. Raises ValueError for what never was one.
    """
    local, _, domain = unicodedata.normalize("NFKC", email).rpartition("@")
    if not local or not domain:
        raise ValueError("not an e-mail address")
    try:
        host = to_a_label(domain)
    except ValueError:
        host = domain.casefold().encode("idna").decode("ascii")
    return f"{local.casefold()}@{host}"


def to_mail_form(email: str) -> str:
    """The address that a mail server is given: the domain as A-label, the rest as typed.

    Raises ValueError for an address that cannot be mailed.
    """
    local, at, domain = email.rpartition("@")
    if not at or not _is_local_part(local):
        raise ValueError("not an e-mail address")
    host = to_a_label(domain)
    if not _is_host(host):
        raise ValueError("not the domain of an e-mail address")
    address = f"{local}@{domain if domain.isascii() else host}"
    if len(address.encode()) > _LONGEST:
        raise ValueError("too long")
    return address


def _is_local_part(local: str) -> bool:
    """Whether it is a dot-atom (RFC 5322 §3.2.3), in any script, that fits into a mail.

    A quoted one, and one that holds an encoded word as mail programs show it, is none.
    """
    if not 1 <= len(local.encode("utf-8", "replace")) <= _LONGEST_LOCAL or "=?" in local:
        return False
    return all(
        atom and all(_ATOM.match(c) if c.isascii() else _is_letter(c) for c in atom)
        for atom in local.split(".")
    )


def _is_letter(character: str) -> bool:
    # What composes to ASCII must not be syntax: U+FE6B looks like "@" and compares as one.
    return unicodedata.category(character)[0] in _LETTERS and not any(
        c.isascii() and not _ATOM.match(c) for c in unicodedata.normalize("NFKC", character)
    )


def _is_host(host: str) -> bool:
    """Whether mail can be addressed to it: a name and no number, of two labels or our own."""
    labels = host.split(".")
    if len(host) > 253 or not all(
        len(label) <= _LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels
    ):
        return False
    if len(labels) == 1:
        return host == "localhost"
    return len(labels[-1]) > 1 and not labels[-1].isdigit()


@lru_cache(maxsize=1024)
def to_a_label(domain: str) -> str:
    """A domain as a resolver wants it (UTS 46 §4.2, non-transitional). Raises ValueError.

    Emoji, which IDNA 2008 refuses and domains have, stay: UTS 46 has them.
    """
    if domain.isascii() and "xn--" not in domain.lower():
        return domain.lower()
    try:
        mapped = idna.uts46_remap(domain, std3_rules=False, transitional=False)
    except idna.IDNAError as error:
        raise ValueError("not a domain") from error
    return ".".join(_to_a_label(label) for label in mapped.split("."))


def _to_a_label(label: str) -> str:
    if label.isascii() and not label.startswith("xn--"):
        return label
    try:
        text = label
        if label.startswith("xn--"):
            text = label[4:].encode("ascii").decode("punycode")
            if idna.uts46_remap(text, std3_rules=False, transitional=False) != text:
                raise ValueError("not the canonical spelling")
        idna.check_nfc(text)
        idna.check_initial_combiner(text)
        idna.check_bidi(text)
        for at, character in enumerate(text):
            if character in "\u200c\u200d" and not idna.valid_contextj(text, at):
                raise ValueError("a joiner that joins nothing")
        made = "xn--" + text.encode("punycode").decode("ascii")
    except (idna.IDNAError, UnicodeError, IndexError) as error:
        raise ValueError("not a label of a domain") from error
    if label.startswith("xn--") and made != label:
        raise ValueError("not the canonical spelling")
    return made
