"""Certificate numbers: unguessable, readable aloud, and able to notice a slip of the tongue.

A number is `XXXX-XXXX-XXXX-XXXX-XXXX`: nineteen random symbols (95 bits) and a check symbol, in
Douglas Crockford's Base 32, which has no I, L, O or U (https://www.crockford.com/base32.html).

The check is the Luhn algorithm mod N, here N = 32, as Luhn's patent US 2,950,048 generalised for
alphabets (https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm). It notices every wrong symbol and
every swap of neighbours but the pair 0 and Z. Crockford's own check needs five more symbols, of
which `*`, `~`, `$` and `=` neither read aloud well nor belong in a URL.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_SYMBOLS = 19  # 95 bits: nobody finds a stranger's certificate by trying
_GROUP = 4
_READ_AS = str.maketrans("OIL", "011")


def new_number() -> str:
    """A number nobody has had: 95 random bits and a check, as `XXXX-XXXX-XXXX-XXXX-XXXX`."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM_SYMBOLS))
    return _grouped(body + _check_symbol(body))


def normalize_number(text: str) -> str | None:
    """The number as we write it, or None if its shape or its check symbol is wrong.

    Case, spaces and dashes don't matter; O is read as 0, I and L as 1.
    """
    if len(text) > 100 or not text.isascii():  # ſ and ı would otherwise become S and I
        return None
    symbols = "".join(text.upper().split()).replace("-", "").translate(_READ_AS)
    if len(symbols) != _RANDOM_SYMBOLS + 1 or not set(symbols) <= set(ALPHABET):
        return None
    if _check_symbol(symbols[:-1]) != symbols[-1]:
        return None
    return _grouped(symbols)


def _check_symbol(body: str) -> str:
    total = 0
    for distance, symbol in enumerate(reversed(body)):
        value = ALPHABET.index(symbol)
        if distance % 2 == 0:  # every second one counts double, starting beside the check
            value = sum(divmod(value * 2, len(ALPHABET)))
        total += value
    return ALPHABET[-total % len(ALPHABET)]


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + _GROUP] for at in range(0, len(symbols), _GROUP))
