"""The queries of posts."""

from typing import Any, TypeVar, cast

from flask import abort
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import defer, joinedload

from app.auth.models import User
from app.db.pagination import Order
from app.extensions import db
from app.posts.models import Post

T = TypeVar("T")

ORDERS = {
    "-published_at": Order(Post.published_at, Post.id, descending=True),
    "published_at": Order(Post.published_at, Post.id),
    "title": Order(Post.title, Post.id),
    "-title": Order(Post.title, Post.id, descending=True),
}
NEWEST_FIRST = ORDERS["-published_at"]
LAST_CHANGED_FIRST = Order(Post.updated_at, Post.id, descending=True)

# An outer join, although every post has an author: with an inner join MySQL may read the authors
# first and then sort all posts.
AUTHOR = joinedload(Post.author).load_only(User.name)


# Selects columns, not entities: the rows have the attributes that lists need, at half the cost.
# Built once at import, because building takes as long as running. For the join see `AUTHOR`.
PUBLISHED = cast(
    "Select[Any]",
    select(
        Post.id,
        Post.title,
        Post.slug,
        Post.summary,
        Post.published_at,
        Post.created_at,
        Post.updated_at,
        Post.author_id,
        User.name.label("author_name"),
    )
    .outerjoin(Post.author)
    .where(Post.published_at.is_not(None)),
)


def published() -> Select[Any]:
    """Select all published posts with the names of their authors, without the bodies."""
    return PUBLISHED


def written_by(user: User) -> Select[Post]:
    """Select all posts and drafts of `user`, without the bodies."""
    query = select(Post).options(AUTHOR, defer(Post.body, raiseload=True))
    return query.where(Post.author_id == user.id)


def matching(query: Select[T], words: str) -> Select[T]:
    """Filter `query` to posts whose title, summary or body contains `words`, in any case."""
    columns = (Post.title, Post.summary, Post.body)
    return query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))


def get_post_or_404(post_id: int, user: User | None, *, to_edit: bool = False) -> Post:
    """Return the post, with its author and body. `user` is None for a visitor.

    Aborts with 404 if there is no such post or `user` may not read it, and with 403 if `to_edit`
    is true and `user` may not change it.
    """
    post = db.session.scalar(select(Post).options(AUTHOR).where(Post.id == post_id))
    if post is None or not post.is_readable_by(user):
        abort(404, "There is no such post.")
    if to_edit and not post.is_editable_by(user):
        abort(403, "Only the author may change this post.")
    return post
