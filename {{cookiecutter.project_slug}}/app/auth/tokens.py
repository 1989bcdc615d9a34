"""Tokens of the API: a short-lived access token, and a refresh token that is exchanged for a new
pair.

Both are JWTs. Their claim `sid` is the id of a `UserSession`; deleting this row revokes both.
A refresh token works once: the row holds the hash of its `jti`. If an older refresh token is used,
it may be stolen, so the session ends (RFC 9700, section 4.14.2). For `REUSE_GRACE` after a refresh,
the previous refresh token can be exchanged again and gives the same new token, because two tabs may
refresh at once and a response may get lost.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, after_this_request, current_app, request
from flask_jwt_extended import (
    create_access_token,
    create_refresh_token,
    get_current_user,
    get_jwt,
    jwt_required,
)
from flask_jwt_extended.exceptions import JWTDecodeError
from sqlalchemy import ColumnElement, CursorResult, Delete, delete, update
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app.api import openapi_components
from app.api.framework import doc
from app.api.problems import problem_response
from app.auth import sessions
from app.auth.models import User, UserSession
from app.core.rate_limits import client_network
from app.db.transactions import commit_with_retry, use_autocommit_for_reads
from app.db.types import utc_now
from app.db.url_converters import is_valid_id
from app.extensions import db, jwt, limiter

View = Callable[..., Response]

REUSE_GRACE = timedelta(seconds=10)
REQUIRED_CLAIMS = ("aud", "exp", "iss", "jti", "sid", "sub", "type")


def init_app(app: Flask) -> None:
    """Let `app` check tokens."""
    jwt.init_app(app)


@jwt.decode_key_loader
def decode_key(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return the key that tokens are signed with. Raises `JWTDecodeError` if the token lacks a
    required claim.

    Flask-JWT-Extended itself would accept a token without `type` as an access token, and a token
    without `exp` would never expire.
    """
    if any(claims.get(name) is None for name in REQUIRED_CLAIMS):
        raise JWTDecodeError("A claim is missing.")
    if claims["type"] not in ("access", "refresh"):
        raise JWTDecodeError("The token is of no type of the API.")
    return cast("str", current_app.config["JWT_SECRET_KEY"])


@jwt.user_lookup_loader
def load_session(header: dict[str, Any], claims: dict[str, Any]) -> UserSession | None:
    """Return the active session of a token, with its user; None if it has ended."""
    use_autocommit_for_reads()
    sid = claims.get("sid")
    session = sessions.find_active(UserSession.id, sid) if is_valid_id(sid) else None
    if session is None or str(session.user_id) != claims["sub"]:
        return None
    sessions.note_use(session)
    return session


@jwt.unauthorized_loader
@jwt.invalid_token_loader
@jwt.expired_token_loader
@jwt.user_lookup_error_loader
def invalid_token_response(*reasons: object) -> Response:
    """Return the response 401 for a token that is missing, forged, expired, revoked or of the wrong
    type."""
    return problem_response(unauthorized("A valid token is required. Log in again to get one."))


def unauthorized(detail: str) -> Unauthorized:
    """Return an HTTP error 401 that asks for a bearer token (RFC 6750)."""
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer"))


def token_required(*, optional: bool = False, refresh: bool = False) -> Callable[[View], View]:
    """Return a decorator that refuses requests without a valid access token with 401.

    `optional` also admits requests without any token; `refresh` asks for the refresh token.
    """
    require = with_bearer_scheme(jwt_required(optional=optional, refresh=refresh))
    document = doc(security=openapi_components.security(optional=optional, refresh=refresh))
    return lambda view: document(depends_on_token(require(view)))


def with_bearer_scheme(require: Callable[[View], View]) -> Callable[[View], View]:
    """Let `require` accept the authentication scheme in upper and lower case (RFC 9110, 11.1).

    Flask-JWT-Extended compares it with "Bearer" exactly, and takes "bearer" for no token at all.
    """

    def decorate(view: View) -> View:
        protected = require(view)

        @wraps(view)
        def with_scheme(*args: Any, **kwargs: Any) -> Response:
            scheme, separator, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() == "bearer":
                request.environ["HTTP_AUTHORIZATION"] = f"Bearer{separator}{token}"
            return protected(*args, **kwargs)

        return with_scheme

    return decorate


def depends_on_token(view: View) -> View:
    """Let caches know that the responses of `view` depend on the token, errors included."""

    @wraps(view)
    def with_cache_headers(*args: Any, **kwargs: Any) -> Response:
        after_this_request(mark_as_private)
        return view(*args, **kwargs)

    return with_cache_headers


def mark_as_private(response: Response) -> Response:
    """Keep the response to a token out of shared caches; a client may keep it, with its ETag.

    A response without a token is for everybody (RFC 9111, sections 4.1, 5.2.2.4 and 5.2.2.7).
    """
    response.vary.add("Authorization")
    if "Authorization" in request.headers:
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def token_session() -> UserSession:
    """Return the session of the token, in a view that requires one."""
    return cast("UserSession", get_current_user())


def token_user() -> User | None:
    """Return the user of the token; None for a request without one."""
    session = get_current_user()
    return cast("User", session.user) if session else None


def rate_limit_key() -> str:
    """Return the key of a rate limit: the account of the token, or the network if there is no
    token."""
    user = token_user()
    return f"account {user.id}" if user else client_network()


limit_writes = limiter.shared_limit(
    "120/minute",
    scope="api",
    key_func=rate_limit_key,
    error_message="Too many changes in one minute. Wait a minute, then try again.",
)


def lifetime() -> timedelta:
    """Return the lifetime of a refresh token, and so of a session that is not used."""
    return cast("timedelta", current_app.config["JWT_REFRESH_TOKEN_EXPIRES"])


def issue(user: User) -> dict[str, Any]:
    """Create a session of `user` and return its first pair of tokens."""
    jti = sessions.new_token()
    session = commit_with_retry(lambda: sessions.create(user, jti, lifetime()))
    return token_pair(session, jti, session.expires_at)


def next_jti(jti: str) -> str:
    """Return the `jti` of the refresh token that follows the one with `jti`.

    It is derived from `jti`, so that simultaneous refreshes of one token return the same new token.
    """
    key = current_app.config["JWT_SECRET_KEY"]
    return hmac.digest(key.encode(), f"refresh token after {jti}".encode(), "sha256").hex()


def rotate(session: UserSession) -> dict[str, Any]:
    """Return the next pair of tokens for the refresh token of the request.

    Raises `Unauthorized` and ends the session if the token was used before, unless that was less
    than `REUSE_GRACE` ago and its next token has not been used yet.
    """
    session_id, now, old = session.id, utc_now(), get_jwt()["jti"]
    new = next_jti(old)
    end = sessions.end_of(session.created_at, lifetime())
    is_current = UserSession.token_hash == sessions.hash_token(old)
    was_current = UserSession.token_hash == sessions.hash_token(new)
    is_in_time = UserSession.rotated_at > now - REUSE_GRACE

    # The UPDATE checks the token itself, so that only one of several simultaneous requests can
    # renew it.
    def renew() -> bool:
        values = {"token_hash": sessions.hash_token(new), "rotated_at": now, "expires_at": end}
        if update_session(session_id, values, is_current):
            return True
        if update_session(session_id, {"seen_at": now}, was_current, is_in_time):
            return True
        db.session.execute(delete_statement(session_id))
        return False

    if not commit_with_retry(renew):
        raise unauthorized("This refresh token was used before. Log in again.")
    return token_pair(session, new, end)


def update_session(
    session_id: int, values: dict[str, Any], *conditions: ColumnElement[bool]
) -> bool:
    """Set `values` of a session if its row matches the conditions. Return whether it matched."""
    change = update(UserSession).where(UserSession.id == session_id, *conditions).values(values)
    result = db.session.execute(change, execution_options={"synchronize_session": False})
    return bool(cast("CursorResult[Any]", result).rowcount)


def revoke(session: UserSession) -> None:
    """End a session. Both of its tokens stop working."""
    statement = delete_statement(session.id)
    commit_with_retry(lambda: db.session.execute(statement))


def delete_statement(session_id: int) -> Delete:
    """Return the statement that deletes a session. Running it twice is harmless."""
    return delete(UserSession).where(UserSession.id == session_id)


def token_pair(session: UserSession, jti: str, end: datetime) -> dict[str, Any]:
    """Return an access token and the refresh token with `jti`, as `TokensSchema` says.

    The refresh token expires at `end`.
    """
    subject, claims = str(session.user_id), {"sid": session.id}
    expires_in = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    return {
        "access_token": create_access_token(subject, additional_claims=claims),
        "refresh_token": create_refresh_token(
            subject, expires_delta=end - utc_now(), additional_claims={**claims, "jti": jti}
        ),
        "token_type": "Bearer",
        "expires_in": int(expires_in.total_seconds()),
    }
