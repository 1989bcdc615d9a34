"""Operations on accounts. The caller commits."""

from collections.abc import Collection

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import select, update

from app.auth import passwords, sessions
from app.auth.events import log_event
from app.auth.models import LONGEST_EMAIL, Role, User
from app.db.types import is_storable
from app.extensions import db


class EmailError(ValueError):
    """A text is not a valid e-mail address. The message is a sentence for the user."""


def normalize_email(email: str) -> str:
    """Return `email` in the form that is stored: lower case, with a normalized domain.

    Raises `EmailError` if it is not an e-mail address.
    """
    if len(email) > LONGEST_EMAIL:
        # The library checks the length last and is slow for very long texts.
        raise EmailError(f"An e-mail address has at most {LONGEST_EMAIL} characters.")
    if not is_storable(email):
        raise EmailError("An e-mail address cannot contain this character.")
    try:
        found = validate_email(
            email.strip(),
            check_deliverability=False,
            test_environment=current_app.testing,  # lets tests use the top-level domain .test
        )
    except EmailNotValidError as error:
        raise EmailError(str(error)) from error
    return found.normalized.lower()


def find_user(email: str) -> User | None:
    """Return the account with this e-mail address, or None. Upper and lower case are equal."""
    try:
        address = normalize_email(email)
    except EmailError:
        return None
    return db.session.scalar(select(User).where(User.email == address))


def create_user(email: str, name: str, password: str, role: Role = Role.USER) -> User:
    """Add an account. The commit raises `IntegrityError` if the address already has one."""
    user = User(
        email=normalize_email(email),
        name=name,
        password_hash=passwords.hash_password(password),
        role=role,
    )
    db.session.add(user)
    return user


def authenticate(email: str, password: str) -> User | None:
    """Return the account if `email` and `password` are right and it is active, else None.

    An unknown address takes the same time as a wrong password. A hash made with an outdated
    method is replaced.
    """
    user = find_user(email)
    is_valid = passwords.verify(user.password_hash if user else None, password)
    if user is None or not is_valid or not user.active:
        log_event("sign-in failed", user)
        return None
    log_event("signed in", user)
    if not user.password_hash.startswith(f"{current_app.config['PASSWORD_METHOD']}$"):
        user.password_hash = passwords.hash_password(password)
    return user


def lock_rows(ids: Collection[int]) -> None:
    """Lock these rows of the table users until the commit, and reload them.

    Rows are locked in the order of their ids, so that two requests do not wait for each other.
    """
    for account_id in sorted(ids):
        # An UPDATE without a change locks the row in every database: SQLite has no FOR UPDATE.
        touch = update(User).where(User.id == account_id).values(updated_at=User.updated_at)
        db.session.execute(touch)
    # MySQL reads the newest version of a row only with FOR UPDATE.
    rows = select(User).where(User.id.in_(ids)).with_for_update()
    db.session.scalars(rows.execution_options(populate_existing=True)).all()


def is_last_administrator(user: User) -> bool:
    """Return whether `user` is the only active administrator; lock all of them until the commit."""
    administrators = select(User.id).where(User.role == Role.ADMIN, User.active)
    lock_rows({*db.session.scalars(administrators), user.id})
    return db.session.scalars(administrators.with_for_update()).all() == [user.id]


def change_password(user: User, password: str, *, keep: str = "") -> None:
    """Set a new password and delete all sessions of `user` except the one with the token `keep`."""
    user.password_hash = passwords.hash_password(password)
    sessions.revoke_all(user, keep=keep)
    log_event("password changed", user)
