"""Rate limits for logging in. Every attempt is counted before its password is checked.

| counted for | attempts | slows down |
|---|---|---|
| a network | 30 per minute | guesses at many accounts |
| an account and a network | 10 per 15 minutes | guesses at one account |
| an account | 100 per hour | guesses at one account from many networks |

Guesses from one network block only that network, so a stranger cannot lock the owner out. Whoever
has three or more networks can use up the 100 attempts: then nobody can log in to the account until
the hour is over, but sessions that exist continue.
"""

import hashlib
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from flask_limiter import RequestLimit
from sqlalchemy.exc import SQLAlchemyError

from app.auth import service
from app.auth.events import log_event
from app.auth.models import User
from app.core.rate_limits import client_network
from app.extensions import limiter

P = ParamSpec("P")
R = TypeVar("R")

# The header Retry-After says how long: a minute, 15 minutes or an hour at most.
TOO_MANY = "Too many attempts to log in. Wait a while, then try again."
ACCOUNT_AND_NETWORK = "sign-in account and network"

log = structlog.get_logger()


def account_key(email: str, network: str = "") -> str:
    """Return the key under which attempts to log in to the account of `email` are counted,
    optionally from one `network`.

    All spellings of an address have the same key. It is a hash, so that neither Redis nor the logs
    hold the address. Returns "" if the text is not a valid e-mail address.
    """
    try:
        address = service.normalize_email(email)
    except service.EmailError:
        return ""
    return hashlib.sha256(f"{address} {network}".encode()).hexdigest()


def authenticate_throttled(email: str, password: str) -> User | None:
    """Return the account with `email` and `password`, or None.

    A correct password resets the counter of this account and network.
    """
    user = service.authenticate(email, password)
    if user is not None:
        clear_attempts()
    return user


def clear_attempts() -> None:
    """Clear the counter of the account and the network of this request."""
    for counted in limiter.current_limits:
        if ACCOUNT_AND_NETWORK in counted.request_args:
            try:
                limiter.limiter.clear(counted.limit, *counted.request_args)
            except limiter.storage.base_exceptions as error:
                log.warning("attempts not cleared", reason=type(error).__name__)


def limit_sign_in(tried_email: Callable[[], str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Limit the attempts to log in, as the table above says.

    `tried_email` returns the e-mail address in the request. The address does not need to have an
    account. If it is not valid, only the network is counted.
    """

    def key() -> str:
        return account_key(tried_email())

    def key_with_network() -> str:
        return account_key(tried_email(), client_network())

    def is_no_address() -> bool:
        return not key()

    by_network = shared_limit("30/minute", "sign-in", client_network, tried_email)
    by_both = shared_limit(
        "10 per 15 minutes", ACCOUNT_AND_NETWORK, key_with_network, tried_email, is_no_address
    )
    by_account = shared_limit("100/hour", "sign-in account", key, tried_email, is_no_address)
    return lambda view: by_network(by_both(by_account(view)))


def shared_limit(
    limit: str,
    scope: str,
    key: Callable[[], str],
    tried_email: Callable[[], str],
    is_exempt: Callable[[], bool] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that limits the POST requests of all its views together."""

    def log_breach(breached: RequestLimit) -> None:
        try:
            account = service.find_user(tried_email())
        except SQLAlchemyError:
            account = None  # Flask-Limiter would take the exception for a Redis that is down.
        log_event("sign-in blocked", account, limit=str(breached.limit))

    return limiter.shared_limit(
        limit,
        scope=scope,
        key_func=key,
        error_message=TOO_MANY,
        exempt_when=is_exempt,
        methods=["POST"],
        on_breach=log_breach,
    )
