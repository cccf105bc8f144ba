"""What a new password must be (NIST SP 800-63B §3.1.1.2, OWASP ASVS 5.0 §6.2)."""

import unicodedata

from lms.errors import Invalid, invalid
from lms.settings import Settings


def check_new_password(password: str, settings: Settings, *, pointer: str = "/password") -> None:
    """Raise Invalid, pointing at the field, for a password that may not be set."""
    length = len(unicodedata.normalize("NFKC", password))
    if length < settings.password_min_length:
        raise _refused(
            pointer, "too_short", f"Use {settings.password_min_length} characters or more."
        )


def _refused(pointer: str, code: str, detail: str) -> Invalid:
    return invalid(pointer, code, detail)
