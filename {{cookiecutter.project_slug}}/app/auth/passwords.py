"""Password rules and hashing, after OWASP's Password Storage and Authentication cheat sheets."""

import unicodedata
from functools import lru_cache
from pathlib import Path

from flask import current_app
from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 10
LONGEST_BYTES = 4096
# The commonest passwords of at least `SHORTEST` characters in public lists of leaks.
COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


def validation_error(password: str) -> str | None:
    """Return the sentence that says why `password` is refused, or None if it is accepted."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(normalize(password).encode()) > LONGEST_BYTES:
        return f"Use at most {LONGEST_BYTES} bytes."
    if password.casefold() in COMMON:
        return "This is one of the commonest passwords; choose another one."
    return None


def normalize(password: str) -> str:
    """Return `password` in the form that every keyboard agrees on (NFKC, NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the salted hash of `password`, by the method that `PASSWORD_METHOD` names."""
    return generate_password_hash(normalize(password), method=current_app.config["PASSWORD_METHOD"])


def verify(password_hash: str | None, password: str) -> bool:
    """Say whether `password` is_valid the hash.

    Without a hash (no such account) as much work is done as with one, so that the time of the
    answer tells nothing.
    """
    if len(password) > LONGEST_BYTES:
        return False
    known = password_hash or _dummy_hash(current_app.config["PASSWORD_METHOD"])
    return check_password_hash(known, normalize(password)) and password_hash is not None


@lru_cache(maxsize=2)
def _dummy_hash(method: str) -> str:
    return generate_password_hash("no account has this password", method=method)
