"""The model of posts."""

from datetime import datetime

from slugify import slugify
from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.auth.models import User
from app.db.mixins import Timestamps
from app.db.types import utc_now
from app.extensions import Base

LONGEST_TITLE = 160
LONGEST_SUMMARY = 300
LONGEST_BODY = 50_000


class Post(Timestamps, Base):
    """A text with a title. It is a draft as long as `published_at` is None."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_published_at_id", "published_at", "id"),
        Index("ix_posts_author_id_published_at_id", "author_id", "published_at", "id"),
        Index("ix_posts_author_id_updated_at_id", "author_id", "updated_at", "id"),
        Index("ix_posts_title_id", "title", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    slug: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    # MySQL's TEXT holds 64 KiB. LONGEST_BODY characters can need more.
    body: Mapped[str] = mapped_column(Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb"))
    published_at: Mapped[datetime | None]

    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    author: Mapped[User] = relationship(lazy="raise")

    @property
    def author_name(self) -> str:
        """The name of the author; `PostSummary` has the same attribute."""
        return self.author.name

    @property
    def published(self) -> bool:
        """Whether everybody may read the post. Setting it publishes now, or withdraws."""
        return self.published_at is not None

    @published.setter
    def published(self, value: bool) -> None:
        if value != self.published:
            self.published_at = utc_now() if value else None

    def is_editable_by(self, user: User | None) -> bool:
        """Return whether `user` may change or delete the post: its author and administrators."""
        return user is not None and (user.id == self.author_id or user.is_admin)

    def is_readable_by(self, user: User | None) -> bool:
        """Return whether `user` may read the post. None stands for a visitor."""
        return self.published or self.is_editable_by(user)

    @validates("title")
    def set_slug(self, key: str, title: str) -> str:
        """Set `slug`, the readable part of the URL, from the title."""
        self.slug = slugify(title, allow_unicode=True, max_length=LONGEST_TITLE) or "post"
        return title
