"""Which posts a page or an endpoint lists, and in which orders."""

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

# An outer join, though every post has an author: from an inner one MySQL concludes that it may
# start with the authors, and then sorts all posts.
AUTHOR = joinedload(Post.author).load_only(User.name)


# Rows look like posts without bodies, and cost half of what posts cost; see `AUTHOR` for the join.
# The statement is put together once: that takes as long as to run it.
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
    """Select what everybody may read, with the authors, without the bodies."""
    return PUBLISHED


def written_by(user: User) -> Select[Post]:
    """Select the posts and drafts of `user`, without the bodies."""
    query = select(Post).options(AUTHOR, defer(Post.body, raiseload=True))
    return query.where(Post.author_id == user.id)


def matching(query: Select[T], words: str) -> Select[T]:
    """Narrow `query` to the posts that hold `words`, in whatever case, anywhere in their text."""
    columns = (Post.title, Post.summary, Post.body)
    return query.where(or_(*(column.icontains(words, autoescape=True) for column in columns)))


def get_post_or_404(post_id: int, user: User | None, *, to_edit: bool = False) -> Post:
    """Return a post, with its author and body, that `user` may read, or edit.

    Answers 404, or 403, to anybody else; `user` is None for a visitor.
    """
    post = db.session.scalar(select(Post).options(AUTHOR).where(Post.id == post_id))
    if post is None or not post.is_readable_by(user):
        abort(404, "There is no such post.")
    if to_edit and not post.is_editable_by(user):
        abort(403, "Only the author may change this post.")
    return post
