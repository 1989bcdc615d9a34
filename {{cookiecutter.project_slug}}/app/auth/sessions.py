"""Create, find and revoke sessions.

The device stores a random token, the database only its hash. So a stolen copy of the database
contains no token that works (OWASP cheat sheet "Session Management").
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from flask import request
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.auth.models import User, UserSession
from app.db.types import UtcDateTime, utc_now
from app.extensions import db

T = TypeVar("T")

# `seen_at` is written at most this often. Otherwise every request would write to the database.
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


def create(user: User, token: str, expires_at: datetime) -> UserSession:
    """Add a session with `token` for `user`, and delete the expired sessions of `user`."""
    now = utc_now()
    expired = UserSession.user_id == user.id, UserSession.expires_at <= now
    db.session.execute(delete(UserSession).where(*expired))
    session = UserSession(
        user=user,
        token_hash=hash_token(token),
        device=request.user_agent.string[:200],
        expires_at=expires_at,
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
    if session is not None and now - session.seen_at > SEEN_PRECISION:
        session.seen_at = now
        db.session.commit()
    return session
