"""Rules for passwords, and hashing.

Source: the OWASP cheat sheets "Password Storage" and "Authentication".
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

from flask import current_app
from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 10
LONGEST_BYTES = 4096
# The most common passwords of `SHORTEST` or more characters in public lists of leaks.
COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def validation_error(password: str) -> str | None:
    """Return why `password` is not accepted, as a sentence, or None if it is accepted."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(normalize(password).encode()) > LONGEST_BYTES:
        return f"Use at most {LONGEST_BYTES} bytes."
    if password.casefold() in COMMON:
        return "This is one of the most common passwords. Choose another one."
    return None


def normalize(password: str) -> str:
    """Return `password` in Unicode form NFKC (NIST SP 800-63B).

    Without it, two keyboards can send different bytes for the same text.
    """
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the salted hash of `password`, made with the method in `PASSWORD_METHOD`."""
    return generate_password_hash(normalize(password), method=current_app.config["PASSWORD_METHOD"])


def verify(password_hash: str | None, password: str) -> bool:
    """Return whether `password` matches `password_hash`.

    None stands for an account that does not exist. It takes the same time as a wrong password, so
    that the response time does not show which accounts exist.
    """
    if len(password) > LONGEST_BYTES:
        return False
    known = password_hash or _dummy_hash(current_app.config["PASSWORD_METHOD"])
    return check_password_hash(known, normalize(password)) and password_hash is not None


@lru_cache(maxsize=2)
def _dummy_hash(method: str) -> str:
    return generate_password_hash("no account has this password", method=method)
