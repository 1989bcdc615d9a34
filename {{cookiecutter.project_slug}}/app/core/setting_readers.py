"""Functions that read one setting each: they take the variable's text and return its value.

All of them raise `ValueError` for a text that they refuse; its message completes the sentence
"NAME='text' cannot be used: …".
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}
HIGHEST_PORT = 65535
# RFC 1123, section 2.1: labels of up to 63 letters, digits and hyphens. An IPv4 address is one, too.
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*", re.IGNORECASE)
HSTS = re.compile(r"max-age=\d+(; includeSubDomains)?(; preload)?")


def text(value: str) -> str:
    """Return `value` without the white space around it; refuse control characters."""
    if not value.strip().isprintable():
        raise ValueError("it contains a control character")
    return value.strip()


def number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `lowest` to `highest`."""

    def read(value: str) -> int:
        refusal = f"it is not a whole number from {lowest} to {highest}"
        try:
            found = int(value)
        except ValueError:
            raise ValueError(refusal) from None
        if not lowest <= found <= highest:
            raise ValueError(refusal)
        return found

    return read


def boolean(value: str) -> bool:
    """Return True for 1, true, yes and on, False for 0, false, no and off."""
    word = value.strip().lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError("it is neither true nor false")
    return word in ("1", "true", "yes", "on")


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a reader that accepts one of `choices`, in upper or lower case."""

    def read(value: str) -> str:
        for choice in choices:
            if value.strip().lower() == choice.lower():
                return choice
        raise ValueError(f"it is not one of {', '.join(choices)}")

    return read


def list_of(read: Callable[[str], str], *literals: str) -> Callable[[str], list[str]]:
    """Return a reader of comma-separated values, each a literal or what `read` accepts."""

    def read_all(value: str) -> list[str]:
        words = [word.strip() for word in value.split(",") if word.strip()]
        return [word if word in literals else read(word) for word in words]

    return read_all


def host(value: str) -> str:
    """Return a host name in lower case; a leading dot stands for all subdomains."""
    name = value.removeprefix(".").lower()
    try:
        name.encode().decode("idna")  # Werkzeug decodes international names
        is_valid = HOST.fullmatch(name) is not None
    except UnicodeError:
        is_valid = False
    if not is_valid:
        raise ValueError(f"{value} is not a host name such as www.example.com")
    return value.lower()


def origin(value: str) -> str:
    """Return an origin (RFC 6454) in lower case: http or https, a host, perhaps a port; no path."""
    found = value.strip().lower().removesuffix("/")
    scheme, _, address = found.partition("://")
    name, separator, port = address.partition(":")
    if scheme not in ("http", "https") or not HOST.fullmatch(name):
        raise ValueError("it is not an address without a path, such as https://www.example.com")
    if separator:
        check_port(int(port) if port.isdecimal() and len(port) <= len(str(HIGHEST_PORT)) else 0)
    return found


def hsts(value: str) -> str:
    """Return a value of the header Strict-Transport-Security (RFC 6797, section 6.1)."""
    if not HSTS.fullmatch(value.strip()):
        raise ValueError("it does not look like max-age=31536000; includeSubDomains; preload")
    return value.strip()


def redis_url(value: str) -> str:
    """Return the address of a Redis server."""
    parts = urlsplit(value.strip())
    check_port(parts.port)
    # Flask-Limiter and the readiness check share no scheme for a Unix socket.
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError("it is not an address such as redis://localhost:6379/0")
    return value.strip()


def database_url(value: str) -> str:
    """Return a SQLAlchemy URL that names its driver; hosting providers often leave it out."""
    scheme, separator, rest = value.strip().partition("://")
    url = DRIVERS.get(scheme, scheme) + separator + rest
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, ValueError) as error:
        raise ValueError("it is not a database URL") from error
    check_port(parsed.port)
    return url


def check_port(port: int | None) -> None:
    """Raise `ValueError` if the port is out of range.

    None stands for the default port of the protocol.
    """
    if port is not None and not 0 < port <= HIGHEST_PORT:
        raise ValueError(f"the port is not a number from 1 to {HIGHEST_PORT}")
