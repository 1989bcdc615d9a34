"""Which posts a page or an endpoint lists, and in which orders."""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from flask import abort
from sqlalchemy import Select, false, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.auth.models import User
from app.db.pagination import Order
from app.extensions import db
from app.posts.models import Post, post_words
from app.posts.search import words_of

T = TypeVar("T")

MOST_SEARCH_WORDS = 8
LAST_CHARACTER = "\U0010ffff"

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
    """Narrow `query` to posts with each of `words` in title or summary; the start of one is enough."""
    wanted = words_of(words)[:MOST_SEARCH_WORDS]
    for word in wanted:
        starts_so = post_words.c.word.between(word, word + LAST_CHARACTER)
        query = query.where(Post.id.in_(select(post_words.c.post_id).where(starts_so)))
    return query if wanted else query.where(false())


def find_post(post_id: int, options: Sequence[ORMOption] = ()) -> Post | None:
    """Return a post with its author and body."""
    query = select(Post).options(AUTHOR, *options).where(Post.id == post_id)
    return db.session.scalar(query)


def get_post_or_404(
    post_id: int, user: User | None, *, to_edit: bool = False, options: Sequence[ORMOption] = ()
) -> Post:
    """Return a post, with its author and body, that `user` may read, or edit.

    Answers 404, or 403, to anybody else; `user` is None for a visitor. `options` say what else is
    loaded.
    """
    post = find_post(post_id, options)
    if post is None or not post.is_readable_by(user):
        abort(404, "There is no such post.")
    if to_edit and not post.is_editable_by(user):
        abort(403, f"Only {post.author_name} and administrators may change this post.")
    return post
