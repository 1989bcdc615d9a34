"""Rate limits for logging in."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Response, g

from app.auth import service
from app.auth.models import LONGEST_EMAIL, User
from app.extensions import limiter

P = ParamSpec("P")
R = TypeVar("R")

TOO_MANY = "Too many attempts to log in. Try again later."


def authenticate(email: str, password: str) -> User | None:
    """Like `service.authenticate`, and a failure counts for the rate limit of the account."""
    user = service.authenticate(email, password)
    g.sign_in_failed = user is None
    return user


def has_failed(response: Response) -> bool:
    """Return whether this request failed to log in."""
    return bool(g.pop("sign_in_failed", False))


def limit_sign_in(tried_email: Callable[[], str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that limits a view by the client's IP address and by the account.

    `tried_email` returns the e-mail address in the request; there need not be an account for it.
    """

    def account() -> str:
        email = tried_email()
        try:
            return service.normalize_email(email)
        except service.EmailError:
            return email.strip().lower()[:LONGEST_EMAIL]

    by_address = limiter.shared_limit(
        "30/minute", scope="sign-in", error_message=TOO_MANY, methods=["POST"]
    )
    by_account = limiter.shared_limit(
        "10 per 15 minutes",
        scope="sign-in account",
        key_func=account,
        deduct_when=has_failed,
        error_message=TOO_MANY,
        methods=["POST"],
    )
    return lambda view: by_address(by_account(view))
