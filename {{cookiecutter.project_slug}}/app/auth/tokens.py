"""Tokens of the API: a short-lived access token, and a refresh token that returns the next pair.

Both are JWTs. Their claim `sid` is the id of a `UserSession`; deleting this row revokes both.
A refresh token works once: the row holds the hash of its `jti`. If an older refresh token is used,
it may be stolen, so the session ends (RFC 9700, section 4.14.2).
"""

from collections.abc import Callable
from datetime import timedelta
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
from flask_limiter.util import get_remote_address
from sqlalchemy import CursorResult, Delete, delete, update
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app.api import openapi_components
from app.api.framework import doc
from app.api.problems import problem_response
from app.auth import sessions
from app.auth.models import User, UserSession
from app.db.transactions import commit_with_retry, use_autocommit_for_reads
from app.db.types import utc_now
from app.db.url_converters import is_valid_id
from app.extensions import db, jwt, limiter

View = Callable[..., Response]


def init_app(app: Flask) -> None:
    """Let `app` check tokens."""
    jwt.init_app(app)


@jwt.user_lookup_loader
def load_session(header: dict[str, Any], claims: dict[str, Any]) -> UserSession | None:
    """Return the active session of a token, with its user; None if it has ended."""
    use_autocommit_for_reads()
    sid = claims.get("sid")
    session = sessions.find_active(UserSession.id, sid) if is_valid_id(sid) else None
    return session if session is not None and str(session.user_id) == claims["sub"] else None


@jwt.unauthorized_loader
@jwt.invalid_token_loader
@jwt.expired_token_loader
@jwt.user_lookup_error_loader
def invalid_token_response(*reasons: object) -> Response:
    """Return 401: the token is missing, forged, expired, revoked or of the other type."""
    return problem_response(unauthorized("A valid token is required. Log in again to get one."))


def unauthorized(detail: str) -> Unauthorized:
    """Return an HTTP error 401 that asks for a bearer token (RFC 6750)."""
    return Unauthorized(detail, www_authenticate=WWWAuthenticate("bearer"))


def token_required(*, optional: bool = False, refresh: bool = False) -> Callable[[View], View]:
    """Return a decorator that refuses requests without a valid access token with 401.

    `optional` also admits requests without any token; `refresh` asks for the refresh token.
    """
    require = jwt_required(optional=optional, refresh=refresh)
    document = doc(security=openapi_components.security(optional=optional, refresh=refresh))
    return lambda view: document(depends_on_token(require(view)))


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
    """Return the id of the token's session; the client's address for a request without one."""
    return str(get_jwt().get("sid") or get_remote_address())


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
    jti, end = sessions.new_token(), utc_now() + lifetime()
    return token_pair(commit_with_retry(lambda: sessions.create(user, jti, end)), jti)


def rotate(session: UserSession) -> dict[str, Any]:
    """Return the next pair of tokens for the refresh token of the request.

    Raises `Unauthorized` and ends the session if the token was used before.
    """
    jti, now = sessions.new_token(), utc_now()
    # Compared within the UPDATE: of two requests with the same token at once, one fails.
    is_unused = UserSession.token_hash == sessions.hash_token(get_jwt()["jti"])
    renewed = {"token_hash": sessions.hash_token(jti), "expires_at": now + lifetime()}

    def renew() -> bool:
        change = update(UserSession).where(UserSession.id == session.id, is_unused).values(renewed)
        changed = cast("CursorResult[Any]", db.session.execute(change)).rowcount
        if not changed:
            db.session.execute(delete_statement(session))
        return bool(changed)

    if not commit_with_retry(renew):
        raise unauthorized("This refresh token was used before. Log in again.")
    return token_pair(session, jti)


def revoke(session: UserSession) -> None:
    """End a session. Both of its tokens stop working."""
    commit_with_retry(lambda: db.session.execute(delete_statement(session)))


def delete_statement(session: UserSession) -> Delete:
    """Return the statement that deletes a session; it may be deleted already."""
    return delete(UserSession).where(UserSession.id == session.id)


def token_pair(session: UserSession, jti: str) -> dict[str, Any]:
    """Return an access token and the refresh token with the id `jti`, as `TokensSchema` says."""
    subject, claims = str(session.user_id), {"sid": session.id}
    expires_in = current_app.config["JWT_ACCESS_TOKEN_EXPIRES"]
    return {
        "access_token": create_access_token(subject, additional_claims=claims),
        "refresh_token": create_refresh_token(subject, additional_claims={**claims, "jti": jti}),
        "token_type": "Bearer",
        "expires_in": int(expires_in.total_seconds()),
    }
