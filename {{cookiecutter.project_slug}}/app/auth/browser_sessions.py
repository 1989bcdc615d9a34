"""Sessions of browsers: the user loader of Flask-Login, and logging in.

`_remember` and `_user_id` are keys in the session cookie that Flask-Login reads.
"""

from datetime import timedelta

from flask import current_app, g, request, session
from flask_login import current_user, login_user
from sqlalchemy import ColumnElement

from app.auth import sessions
from app.auth.models import User, UserSession
from app.core.rate_limits import client_network
from app.db.transactions import commit_with_retry, use_autocommit_for_reads
from app.extensions import login_manager


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """Return the user of the session with `token`, or None. Using a session prolongs it."""
    use_autocommit_for_reads()
    found = sessions.find_active(UserSession.token_hash, sessions.hash_token(token))
    if found is None:
        return None
    found.user.session_token = token
    if sessions.note_use(found, idle_limit(found.remembered)) and found.remembered:
        session["_remember"] = "set"  # prolongs the cookie
    return found.user


def idle_limit(remember: bool) -> timedelta:
    """Return the time after which a session that is not used ends."""
    return timedelta(days=current_app.config["REMEMBER_DAYS" if remember else "SESSION_DAYS"])


def session_with_token(token: str) -> ColumnElement[bool]:
    """Return the SQL condition for the session with `token`."""
    return UserSession.token_hash == sessions.hash_token(token)


def sign_in(user: User, *, remember: bool) -> None:
    """Create a session for this device. Data of the anonymous session is deleted."""
    token, idle = sessions.new_token(), idle_limit(remember)
    commit_with_retry(lambda: sessions.create(user, token, idle, remembered=remember))
    user.session_token = token
    session.clear()
    # Flask-WTF would put the CSRF token of the old session into this response.
    g.pop("csrf_token", None)
    login_user(user, remember=remember)


def continue_with(token: str) -> None:
    """Store the new session token in the cookies of the browser."""
    current_user.session_token = session["_user_id"] = token
    if current_app.config["REMEMBER_COOKIE_NAME"] in request.cookies:
        session["_remember"] = "set"


def account_or_network() -> str:
    """Return the key of a rate limit: the account of the logged-in user, or else the network."""
    return f"account {current_user.id}" if current_user.is_authenticated else client_network()
