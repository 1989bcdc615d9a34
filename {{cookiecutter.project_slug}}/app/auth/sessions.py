"""Create, find, prolong and revoke sessions.

The device stores a random token, the database only its hash. So a stolen copy of the database
contains no token that works (OWASP cheat sheet "Session Management").
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import structlog
from flask import Response, after_this_request, current_app, request
from sqlalchemy import CursorResult, Select, bindparam, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.auth.models import User, UserSession
from app.db.types import UtcDateTime, utc_now
from app.extensions import db

T = TypeVar("T")

log = structlog.get_logger()

# `seen_at` is updated at most once in this time. Otherwise every request would write to the
# database.
SEEN_PRECISION = timedelta(minutes=5)


def _active_session_by(column: InstrumentedAttribute[Any]) -> Select[UserSession]:
    return (
        select(UserSession)
        .join(UserSession.user)
        .options(contains_eager(UserSession.user))
        .where(
            column == bindparam("value"),
            UserSession.expires_at > bindparam("now", type_=UtcDateTime()),
            User.active,
        )
    )


# Built once: building a statement for every request takes 12-18 % of its CPU time.
ACTIVE_SESSION_BY = {
    column.key: _active_session_by(column) for column in (UserSession.id, UserSession.token_hash)
}


def new_token() -> str:
    """Return a token of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 hash of `token` in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_of(created_at: datetime, idle: timedelta) -> datetime:
    """Return the time at which a session that is used now expires: after `idle` without another
    request.

    It ends `SESSION_ABSOLUTE_DAYS` after `created_at` at the latest.
    """
    longest = timedelta(days=current_app.config["SESSION_ABSOLUTE_DAYS"])
    return min(utc_now() + idle, created_at + longest)


def create(user: User, token: str, idle: timedelta, *, remembered: bool = False) -> UserSession:
    """Add a session with `token` for `user`, and delete the expired sessions of `user`.

    It ends when it is not used for the time `idle`.
    """
    now = utc_now()
    expired = UserSession.user_id == user.id, UserSession.expires_at <= now
    db.session.execute(delete(UserSession).where(*expired))
    session = UserSession(
        user=user,
        token_hash=hash_token(token),
        device=request.user_agent.string[:200],
        remembered=remembered,
        created_at=now,
        expires_at=end_of(now, idle),
    )
    db.session.add(session)
    return session


def revoke_all(user: User, *, keep: str = "") -> None:
    """Delete all sessions of `user` except the one with the token `keep`."""
    others = UserSession.token_hash != hash_token(keep)
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id, others))


def find_active(column: InstrumentedAttribute[T], value: T) -> UserSession | None:
    """Return the session whose `column` is `value`, with its user, or None if it has ended."""
    now = utc_now()
    statement = ACTIVE_SESSION_BY[column.key]
    session = db.session.scalar(statement, {"value": value, "now": now})
    if session is not None:
        structlog.contextvars.bind_contextvars(user=session.user_id)
    return session


def note_use(session: UserSession, idle: timedelta | None = None) -> bool:
    """Update `seen_at` after the view. Return False, and do nothing, if it was updated less than
    `SEEN_PRECISION` ago.

    With `idle`, also set `expires_at`: the session then expires after that time without a request.
    """
    now = utc_now()
    if now - session.seen_at <= SEEN_PRECISION:
        return False
    values = {"seen_at": now}
    if idle is not None:
        values["expires_at"] = end_of(session.created_at, idle)
    is_unwritten = UserSession.id == session.id, UserSession.seen_at == session.seen_at
    statement = update(UserSession).where(*is_unwritten).values(values)

    @after_this_request
    def write(response: Response) -> Response:
        # It uses a separate connection, so that it does not commit changes of the view. An error is
        # only logged.
        try:
            with db.engine.begin() as connection:
                connection.execute(statement)
        except SQLAlchemyError as error:
            log.warning("use of a session not written", reason=type(error).__name__)
        return response

    return True


def replace_token(old: str, new: str) -> None:
    """Replace the token `old` of a session by `new`."""
    is_session = UserSession.token_hash == hash_token(old)
    db.session.execute(
        update(UserSession).where(is_session).values(token_hash=hash_token(new)),
        execution_options={"synchronize_session": False},
    )


def delete_expired() -> int:
    """Delete the sessions that have ended and return their number."""
    expired = delete(UserSession).where(UserSession.expires_at <= utc_now())
    return cast("CursorResult[Any]", db.session.execute(expired)).rowcount
