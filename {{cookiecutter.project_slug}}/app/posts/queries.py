"""The lists of posts and their orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import abort
from sqlalchemy import Select, false, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.auth.models import User
from app.db.pagination import Order, SeekQuery
from app.extensions import db
from app.posts.models import Post, post_words
from app.posts.search import words_of


class PostSummary(NamedTuple):
    """A published post in a list: without its body, with the name of its author."""

    id: int
    title: str
    slug: str
    summary: str
    published_at: datetime
    created_at: datetime
    updated_at: datetime
    author_id: int
    author_name: str


MOST_SEARCH_WORDS = 8
LAST_CHARACTER = "\U0010ffff"

ORDERS = {
    "-published_at": Order(Post.published_at, Post.id, descending=True, exclude_nulls=True),
    "published_at": Order(Post.published_at, Post.id, exclude_nulls=True),
    "title": Order(Post.title, Post.id),
    "-title": Order(Post.title, Post.id, descending=True),
}
LAST_CHANGED_FIRST = Order(Post.updated_at, Post.id, descending=True)

# An outer join, although every post has an author: with an inner join MySQL may start with the
# authors and then sort all posts.
AUTHOR = joinedload(Post.author).load_only(User.name)

# The columns of `PostSummary`; see `AUTHOR` for the join.
PUBLISHED = (
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
    .where(Post.published_at.is_not(None))
)
# The query without a search and an author is constant, so its statements are built once.
PUBLISHED_IN_ORDER = {
    name: SeekQuery(PUBLISHED, order, row_type=PostSummary) for name, order in ORDERS.items()
}


def published(
    sort: str = "-published_at", *, author_id: int | None = None, words: str = ""
) -> SeekQuery[PostSummary]:
    """Return the list of the posts that everybody may read, in the order that `ORDERS` names.

    `author_id` selects the posts of one author; `words` selects the posts that `matching` finds.
    """
    if author_id is None and not words:
        return PUBLISHED_IN_ORDER[sort]
    query = PUBLISHED
    if author_id is not None:
        query = query.where(Post.author_id == author_id)
    if words:
        query = matching(query, words)
    return SeekQuery(query, ORDERS[sort], row_type=PostSummary)


def written_by(user: User) -> SeekQuery[Post]:
    """Return the list of the posts and drafts of `user`, last changed first, without bodies."""
    query = select(Post).options(AUTHOR, defer(Post.body, raiseload=True))
    return SeekQuery(query.where(Post.author_id == user.id), LAST_CHANGED_FIRST)


def matching(query: Select[*tuple[Any, ...]], words: str) -> Select[*tuple[Any, ...]]:
    """Return `query` for the posts that have all of `words` in the title or the summary.

    A word also finds longer words that start with it. Upper and lower case are equal. Only the
    first
    `MOST_SEARCH_WORDS` words count. If `words` has no letter or digit, nothing matches.
    """
    searched = words_of(words)[:MOST_SEARCH_WORDS]
    for word in searched:
        starts_with = post_words.c.word.between(word, word + LAST_CHARACTER)
        query = query.where(Post.id.in_(select(post_words.c.post_id).where(starts_with)))
    return query if searched else query.where(false())


def find_post(post_id: int, options: Sequence[ORMOption] = ()) -> Post | None:
    """Return the post with its author and body, or None. `options` change what is loaded."""
    query = select(Post).options(AUTHOR, *options).where(Post.id == post_id)
    return db.session.scalar(query)


def get_post_or_404(
    post_id: int, user: User | None, *, to_edit: bool = False, options: Sequence[ORMOption] = ()
) -> Post:
    """Return the post with its author and body, if `user` may read it. Pass None for a visitor.

    Otherwise it aborts with 404. With `to_edit` it aborts with 403 if `user` may only read it.
    `options` change what is loaded.
    """
    post = find_post(post_id, options)
    if post is None or not post.is_readable_by(user):
        abort(404, "There is no such post.")
    if to_edit and not post.is_editable_by(user):
        abort(403, f"Only {post.author_name} and administrators may change this post.")
    return post
