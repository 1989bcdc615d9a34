"""Queries that only the pages of posts need."""

from sqlalchemy import select
from sqlalchemy.orm import defer, undefer

from app.extensions import db
from app.posts.models import Post
from app.posts.queries import AUTHOR

# A page shows the stored HTML and does not need the Markdown.
RENDERED = (undefer(Post.body_html), defer(Post.body, raiseload=True))

# A sitemap may have at most 50,000 URLs (https://www.sitemaps.org/protocol.html). 10,000 posts
# leave room for other features.
PUBLIC_PAGES = (
    select(Post.id, Post.slug, Post.updated_at)
    .where(Post.published_at.is_not(None))
    .order_by(Post.published_at.desc(), Post.id.desc())
    .limit(10_000)
)


def get_submitted(author_id: int, key: str | None) -> Post:
    """Return the post of the author that a form with the submission key `key` created."""
    own = Post.author_id == author_id, Post.submission_key == key
    return db.session.scalars(select(Post).options(AUTHOR).where(*own)).one()
