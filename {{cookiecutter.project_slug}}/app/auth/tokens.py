"""Tokens: a short-lived JWT gives access, a longer-lived one is changed for the next pair.

Every token names a row of `UserSession` in its claim `sid`; deleting the row revokes both tokens.
A refresh token works once: the row holds the hash of the present one's `jti`, and whoever presents
an older one, thief or robbed, ends the session (RFC 9700, section 4.14.2).
"""

from datetime import timedelta
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_current_user,
    get_jwt,
)
from flask_limiter.util import get_remote_address
from sqlalchemy import CursorResult, Delete, delete, update
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app.api.problems import problem_response
from app.auth import sessions
from app.auth.models import User, UserSession
from app.db.transactions import commit_with_retry, use_autocommit
from app.db.types import utc_now
from app.db.url_converters import is_valid_id
from app.extensions import db, jwt, limiter


def init_app(app: Flask) -> None:
    """Add the tokens to `app`."""
    jwt.init_app(app)


@jwt.user_lookup_loader
def load_session(header: dict[str, Any], claims: dict[str, Any]) -> UserSession | None:
    """Return the live session that a token names, with its user."""
    if request.method in ("GET", "HEAD"):
        use_autocommit()
    sid = claims.get("sid")
    session = sessions.find_active(UserSession.id, sid) if is_valid_id(sid) else None
    return session if session is not None and str(session.user_id) == claims["sub"] else None


@jwt.unauthorized_loader
@jwt.invalid_token_loader
@jwt.expired_token_loader
@jwt.user_lookup_error_loader
def refuse(*reasons: object) -> Response:
    """Answer 401 to a request whose token is missing, forged, expired, revoked or of another type."""
    return problem_response(unauthorized("This needs a valid token: log in again."))


def unauthorized(detail: str) -> Unauthorized:
    """Return a 401 that says which scheme is wanted (RFC 6750)."""
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer"))


def session_of_token() -> UserSession:
    """Return the session of a request that cannot be made without a token."""
    return cast("UserSession", get_current_user())


def client_key() -> str:
    """Return whose requests are counted: a session's, or those of an address without one."""
    return str(get_jwt().get("sid") or get_remote_address())


limit_writes = limiter.shared_limit(
    "120/minute",
    scope="api",
    key_func=client_key,
    error_message="Too many changes in a minute; try again later.",
)


def lifetime() -> timedelta:
    """Return how long a refresh token, and so an unused session, lives."""
    return cast("timedelta", current_app.config["JWT_REFRESH_TOKEN_EXPIRES"])


def issue(user: User) -> dict[str, Any]:
    """Start a session of `user` and return its first pair of tokens."""
    jti, end = sessions.new_token(), utc_now() + lifetime()
    return token_pair(commit_with_retry(lambda: sessions.create(user, jti, end)), jti)


def rotate(session: UserSession) -> dict[str, Any]:
    """Return the next pair of tokens; answer 401 and end the session if this one was used before.

    The old token is compared within the UPDATE, so that of two simultaneous requests one fails.
    """
    jti, now = sessions.new_token(), utc_now()
    present = UserSession.token_hash == sessions.hash_token(get_jwt()["jti"])
    renewed = {"token_hash": sessions.hash_token(jti), "expires_at": now + lifetime()}

    def renew() -> bool:
        change = update(UserSession).where(UserSession.id == session.id, present).values(renewed)
        changed = cast("CursorResult[Any]", db.session.execute(change)).rowcount
        if not changed:
            db.session.execute(delete_statement(session))
        return bool(changed)

    if not commit_with_retry(renew):
        raise unauthorized("This refresh token was used before: log in again.")
    return token_pair(session, jti)


def revoke(session: UserSession) -> None:
    """End a session and thereby both of its tokens."""
    commit_with_retry(lambda: db.session.execute(delete_statement(session)))


def delete_statement(session: UserSession) -> Delete:
    """Return the statement that ends a session; it may have ended already."""
    return delete(UserSession).where(UserSession.id == session.id)


def token_pair(session: UserSession, jti: str) -> dict[str, Any]:
    """Return an access token and the refresh token `jti` of a session, as OAuth 2 names them."""
    subject, claims = str(session.user_id), {"sid": session.id}
    expires_in = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    return {
        "access_token": create_access_token(subject, additional_claims=claims),
        "refresh_token": create_refresh_token(subject, additional_claims={**claims, "jti": jti}),
        "token_type": "Bearer",
        "expires_in": int(expires_in.total_seconds()),
    }
