"""Rules for passwords, and hashing.

Source: the OWASP cheat sheets "Password Storage" and "Authentication", and NIST SP 800-63B.
"""

import string
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from threading import BoundedSemaphore

from flask import current_app
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.security import check_password_hash, generate_password_hash

SHORTEST = 10
LONGEST_BYTES = 4096
# A password that contains the name, the e-mail address or the site's name needs at least this many
# other characters.
FEWEST_OTHER_CHARACTERS = 4
# A hash takes about 100 ms of processor time and 32 MiB. A worker process has 4 threads by default:
# half of them stay free for other requests.
HASHES_AT_ONCE = 2

_free_hashes = BoundedSemaphore(HASHES_AT_ONCE)


def validation_error(password: str, *context: str) -> str | None:
    """Return why `password` is not accepted, as a sentence, or None if it is accepted.

    `context` are words that an attacker knows: the e-mail address and the name of the account.
    The name of the site is added to them.
    """
    text = normalize(password)
    if len(text) < SHORTEST:
        return f"Use at least {SHORTEST} characters."
    if len(text.encode()) > LONGEST_BYTES:
        return f"Use at most {LONGEST_BYTES} bytes."
    text = text.casefold()
    if not common_passwords().isdisjoint({text, text.rstrip(string.punctuation)}):
        return "This is one of the most common passwords. Choose another one."
    words = [
        current_app.config["APP_NAME"],
        *context,
        *(word.partition("@")[0] for word in context),
    ]
    if any(_consists_of(text, word) for word in words):
        return "Do not use your name, your e-mail address or the name of this site as a password."
    return None


def normalize(password: str) -> str:
    """Return `password` in Unicode form NFKC (NIST SP 800-63B).

    Without it, two keyboards can send different bytes for the same text.
    """
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return the salted hash of `password`, made with the method in `PASSWORD_METHOD`.

    Raises `ServiceUnavailable` (503) if too many hashes are being computed.
    """
    with _hashing():
        return generate_password_hash(
            normalize(password), method=current_app.config["PASSWORD_METHOD"]
        )


def verify(password_hash: str | None, password: str) -> bool:
    """Return whether `password` matches `password_hash`.

    Pass None if the account does not exist: the function then takes as long as for a wrong
    password, so that the response time does not reveal which accounts exist.

    Raises `ServiceUnavailable` (503) if too many hashes are being computed.
    """
    if len(password) > LONGEST_BYTES:
        return False
    known = password_hash or _dummy_hash(current_app.config["PASSWORD_METHOD"])
    with _hashing():
        return check_password_hash(known, normalize(password)) and password_hash is not None


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords of `SHORTEST` or more characters in public leaks, about
    10,000."""
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text("utf-8").split())


@contextmanager
def _hashing() -> Iterator[None]:
    """Let at most `HASHES_AT_ONCE` threads into the block; the others get 503 without waiting."""
    if not _free_hashes.acquire(blocking=False):
        raise ServiceUnavailable(
            "The server is busy checking passwords. Try again in a few seconds.",
            retry_after=2,
        )
    try:
        yield
    finally:
        _free_hashes.release()


def _consists_of(text: str, word: str) -> bool:
    """Return whether `text` is `word` plus fewer than `FEWEST_OTHER_CHARACTERS` other characters,
    ignoring spaces."""
    word = "".join(normalize(word).casefold().split())
    rest = "".join(text.split()).replace(word, "", 1) if word else text
    return rest != text and len(rest) < FEWEST_OTHER_CHARACTERS


@lru_cache(maxsize=2)
def _dummy_hash(method: str) -> str:
    return generate_password_hash("no account has this password", method=method)
