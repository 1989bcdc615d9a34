"""Makers of stored objects: `create_user()` is enough where a test needs no more."""

from itertools import count

from app.auth import service
from app.auth.models import Role, User
from app.extensions import db

PASSWORD = "correct horse battery staple"

numbers = count(1)


def create_user(
    email: str = "", name: str = "Ann", password: str = PASSWORD, role: Role = Role.USER
) -> User:
    """Store an account; its address is unique unless it is given."""
    address = email or f"user{next(numbers)}@example.com"
    user = service.create_user(address, name, password, role)
    db.session.commit()
    return user
