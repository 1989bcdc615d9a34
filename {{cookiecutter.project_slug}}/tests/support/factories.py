"""Create and count stored objects."""

from itertools import count

from sqlalchemy import func, select

from app.auth import service
from app.auth.models import Role, User
from app.extensions import Base, db

PASSWORD = "correct horse battery staple"

numbers = count(1)


def create_user(
    email: str = "", name: str = "Ann", password: str = PASSWORD, role: Role = Role.USER
) -> User:
    """Store and return an account. By default its e-mail address is unique."""
    address = email or f"user{next(numbers)}@example.com"
    user = service.create_user(address, name, password, role)
    db.session.commit()
    return user


def count_rows(model: type[Base]) -> int:
    """Return the number of stored rows of `model`."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0
