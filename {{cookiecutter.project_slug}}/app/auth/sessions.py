"""Signed-in devices: start, find and end them.

The device holds a random token, the row its hash, so that a copy of the database signs nobody in
(OWASP Session Management cheat sheet).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import structlog
from flask import request
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from app.auth.models import User, UserSession
from app.db.types import UtcDateTime, utc_now
from app.extensions import db

T = TypeVar("T")

# Writing the time of every request would turn each read into a write.
SEEN_PRECISION = timedelta(minutes=5)


def new_token() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """Return the SHA-256 of `token` in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def create(user: User, token: str, expires_at: datetime) -> UserSession:
    """Add the row of a device that holds `token`; expired rows of the user go."""
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
    """Delete every session of `user` but that of the token `keep`."""
    others = UserSession.token_hash != hash_token(keep)
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id, others))


def find_active(column: InstrumentedAttribute[T], value: T) -> UserSession | None:
    """Return the session with `value` that has not ended, with its user, in one query."""
    now = utc_now()
    session = db.session.scalar(_active_session_by(column), {"value": value, "now": now})
    if session is not None:
        structlog.contextvars.bind_contextvars(user=session.user_id)
    if session is not None and now - session.seen_at > SEEN_PRECISION:
        session.seen_at = now
        db.session.commit()
    return session


@cache
def _active_session_by(column: InstrumentedAttribute[Any]) -> Select[UserSession]:
    """Return the statement of `find_active`; to put it together takes as long as to run it."""
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
