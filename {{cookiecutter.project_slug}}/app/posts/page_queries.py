"""What only the pages of posts select."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, undefer

from app.extensions import db
from app.posts.models import Post
from app.posts.queries import AUTHOR, PUBLISHED

# What a page shows of a post: the stored HTML instead of the Markdown.
RENDERED = (undefer(Post.body_html), defer(Post.body, raiseload=True))

# A sitemap holds at most 50,000 addresses; the newest ones matter.
PUBLIC_PAGES = (
    select(Post.id, Post.slug, Post.updated_at)
    .where(Post.published_at.is_not(None))
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(10_000)
)


def published_by(author_id: int) -> Select[Any]:
    """Select what everybody may read of one author."""
    return PUBLISHED.where(Post.author_id == author_id)


def get_submitted(author_id: int, key: str | None) -> Post:
    """Return the post that a form with that key has stored."""
    own = Post.author_id == author_id, Post.submission_key == key
    return db.session.scalars(select(Post).options(AUTHOR).where(*own)).one()
