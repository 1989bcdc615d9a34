"""What can be done with accounts, by whatever way it is asked for; the caller commits."""

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from sqlalchemy import select

from app.auth import passwords, sessions
from app.auth.events import log_event
from app.auth.models import LONGEST_EMAIL, Role, User
from app.extensions import db


class EmailError(ValueError):
    """A text is not an e-mail address."""


def normalize_email(email: str) -> str:
    """Return `email` as it is stored: lower case, the domain in its normal form.

    Raises `EmailError` with a sentence.
    """
    if len(email) > LONGEST_EMAIL:
        # The library would tell, too, but only after working through all of it.
        raise EmailError(f"An e-mail address has at most {LONGEST_EMAIL} characters.")
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise EmailError(str(error)) from error
    return found.normalized.lower()


def find_user(email: str) -> User | None:
    """Return the account of an e-mail address, in whatever case it is written."""
    try:
        address = normalize_email(email)
    except EmailError:
        return None
    return db.session.scalar(select(User).where(User.email == address))


def create_user(email: str, name: str, password: str, role: Role = Role.USER) -> User:
    """Add an account; the commit raises `IntegrityError` where the address is taken."""
    user = User(
        email=normalize_email(email),
        name=name,
        password_hash=passwords.hash_password(password),
        role=role,
    )
    db.session.add(user)
    return user


def authenticate(email: str, password: str) -> User | None:
    """Return the account that `email` and `password` open, or None.

    Takes as long for an unknown address as for a wrong password.
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


def change_password(user: User, password: str, *, keep: str = "") -> None:
    """Set a new password and sign out every device but the one that holds the token `keep`."""
    user.password_hash = passwords.hash_password(password)
    sessions.revoke_all(user, keep=keep)
    log_event("password changed", user)
