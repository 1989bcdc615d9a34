"""Rate limits for logging in."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, g
from flask_limiter import RequestLimit

from app.auth import service
from app.auth.events import log_event
from app.auth.models import LONGEST_EMAIL, User
from app.extensions import limiter

P = ParamSpec("P")
R = TypeVar("R")

TOO_MANY = "Too many attempts to log in. Wait 15 minutes, then try again."


def authenticate_throttled(email: str, password: str) -> User | None:
    """Return the account with `email` and `password`; a failure counts for `limit_sign_in`."""
    user = service.authenticate(email, password)
    g.sign_in_failed = user is None
    return user


def has_failed(response: Response) -> bool:
    """Return whether this request tried a wrong password."""
    return bool(g.pop("sign_in_failed", False))


def limit_sign_in(tried_email: Callable[[], str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Limit the attempts per address of the client, and the failures per e-mail address.

    `tried_email` returns the e-mail address in the request. It need not have an account.
    """

    def account() -> str:
        email = tried_email()
        try:
            return service.normalize_email(email)
        except service.EmailError:
            return email.strip().lower()[:LONGEST_EMAIL]

    def log_breach(limit: RequestLimit) -> None:
        log_event("sign-in blocked", service.find_user(tried_email()), limit=str(limit.limit))

    by_address = limiter.shared_limit(
        "30/minute",
        scope="sign-in",
        error_message=TOO_MANY,
        methods=["POST"],
        on_breach=log_breach,
    )
    by_account = limiter.shared_limit(
        "10 per 15 minutes",
        scope="sign-in account",
        key_func=account,
        deduct_when=has_failed,
        error_message=TOO_MANY,
        methods=["POST"],
        on_breach=log_breach,
    )
    return lambda view: by_address(by_account(view))
