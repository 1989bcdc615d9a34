"""The model of posts."""

from datetime import datetime

from slugify import slugify
from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
{%- if cookiecutter.__web %}
    UniqueConstraint,
{%- endif %}
    event,
    inspect,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship, validates

from app.auth.models import User
from app.db.mixins import NEVER_REUSE_IDS, Timestamps
from app.db.types import sortable_string, utc_now
from app.extensions import Base
{%- if cookiecutter.__web %}
from app.posts.markdown import to_html
{%- endif %}
from app.posts.search import LONGEST_WORD, words_of

LONGEST_TITLE = 160
LONGEST_SUMMARY = 300
LONGEST_BODY = 50_000
# MySQL's TEXT holds 64 KiB. LONGEST_BODY characters can need more.
LONG_TEXT = Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


# The search index. It works on every database: a search for the start of a word is a range of the
# primary key.
post_words = Table(
    "post_words",
    Base.metadata,
    Column("word", sortable_string(LONGEST_WORD), primary_key=True),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    # Used for frequent words: the database goes through the newest posts and checks their words.
    Index("ix_post_words_post_id_word", "post_id", "word"),
)


class Post(Timestamps, Base):
    """A text with a title. It is a draft as long as `published_at` is None."""

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_published_at_id", "published_at", "id"),
        Index("ix_posts_author_id_published_at_id", "author_id", "published_at", "id"),
        Index("ix_posts_author_id_updated_at_id", "author_id", "updated_at", "id"),
        Index("ix_posts_title_id", "title", "id"),
{%- if cookiecutter.__web %}
        UniqueConstraint("author_id", "submission_key"),
{%- endif %}
        NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    slug: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY), default="")
    body: Mapped[str] = mapped_column(LONG_TEXT)
    published_at: Mapped[datetime | None]
    # SQLAlchemy increments it with every change. If two requests change a post at the same time,
    # the second raises `StaleDataError`.
    version: Mapped[int] = mapped_column()
{%- if cookiecutter.__web %}
    # The HTML of `body`, rendered when `body` is set, so that showing a post needs no Markdown.
    body_html: Mapped[str] = mapped_column(LONG_TEXT, deferred=True)
    # Identifies a form that is sent twice; see `PostForm.submission_key`. None if the post was not
    # created with a form.
    submission_key: Mapped[str | None] = mapped_column(String(64))
{%- endif %}

    author_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))

    author: Mapped[User] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - typed so by the base class

    @property
    def author_name(self) -> str:
        """The name of the author; `PostSummary` has the same attribute."""
        return self.author.name

    @property
    def published(self) -> bool:
        """Whether everybody may read the post.

        Setting it to True publishes the post now, to False makes it a draft.
        """
        return self.published_at is not None

    @published.setter
    def published(self, value: bool) -> None:
        if value != self.published:
            self.published_at = utc_now() if value else None

    def is_editable_by(self, user: User | None) -> bool:
        """Return whether `user` may change or delete the post.

        Its author and administrators may.
        """
        return user is not None and (user.id == self.author_id or user.is_admin)

    def is_readable_by(self, user: User | None) -> bool:
        """Return whether `user` may read the post. Pass None for a visitor who is not logged in."""
        return self.published or self.is_editable_by(user)

    @validates("title")
    def set_slug(self, key: str, title: str) -> str:
        """Set `slug`, the readable part of the URL, from the title."""
        self.slug = slugify(title, allow_unicode=True, max_length=LONGEST_TITLE) or "post"
        return title
{%- if cookiecutter.__web %}

    @validates("body")
    def set_body_html(self, key: str, body: str) -> str:
        """Set `body_html` from the text."""
        self.body_html = to_html(body)
        return body
{%- endif %}


def index_words(mapper: Mapper[Post], connection: Connection, post: Post) -> None:
    """Store the words of the title and the summary of `post`, if one of them has changed."""
    attributes = inspect(post).attrs
    if not (attributes.title.history.has_changes() or attributes.summary.history.has_changes()):
        return
    connection.execute(post_words.delete().where(post_words.c.post_id == post.id))
    words = words_of(f"{post.title} {post.summary}")
    if words:
        rows = [{"word": word, "post_id": post.id} for word in words]
        connection.execute(post_words.insert(), rows)


event.listen(Post, "after_insert", index_words)
event.listen(Post, "after_update", index_words)
