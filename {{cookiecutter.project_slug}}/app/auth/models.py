"""Accounts and their sessions."""

from datetime import datetime
from enum import StrEnum
{% if cookiecutter.__web %}
from flask_login import UserMixin
{%- endif %}
from sqlalchemy import Enum, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.mixins import NEVER_REUSE_IDS, Timestamps
from app.db.types import exact_string, utc_now
from app.extensions import Base

# RFC 5321, section 4.5.3.1.3 allows 256 octets, which include two angle brackets.
LONGEST_EMAIL = 254
LONGEST_NAME = 80


class Role(StrEnum):
    """The permissions of an account."""

    USER = "user"
    ADMIN = "admin"


class User({% if cookiecutter.__web %}UserMixin, {% endif %}Timestamps, Base):
    """An account. The e-mail address is stored in lower case."""

    __tablename__ = "users"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(exact_string(LONGEST_EMAIL), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(
        Enum(
            Role,
            native_enum=False,
            length=16,
            values_callable=lambda roles: [role.value for role in roles],
        ),
        default=Role.USER,
    )
    active: Mapped[bool] = mapped_column(default=True)

    @property
    def is_admin(self) -> bool:
        """Whether the account may administer the site."""
        return self.role is Role.ADMIN
{%- if cookiecutter.__web %}

    # The token of the current session, set by the user loader. It is not a column.
    session_token = ""

    @property
    def is_active(self) -> bool:
        """Whether the account may log in (Flask-Login reads this); False if it is locked."""
        return self.active

    def get_id(self) -> str:
        """Return what Flask-Login stores in the cookie: the session's token, not the user's id."""
        return self.session_token
{%- endif %}


class UserSession(Base):
    """A session of a user on one device. Deleting the row logs the device out.

    `token_hash` is the SHA-256 hash of a secret that only the device stores. `rotated_at` is the
    time when that secret was last exchanged.
    """

    __tablename__ = "user_sessions"
    __table_args__ = NEVER_REUSE_IDS

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    remembered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    rotated_at: Mapped[datetime | None]

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
