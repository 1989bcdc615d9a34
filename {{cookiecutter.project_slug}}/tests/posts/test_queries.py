"""The queries of posts."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, select

from app.auth.models import User
from app.extensions import db
from app.posts import queries
from app.posts.models import Post
from tests.posts.factories import create_posts
from tests.support.factories import create_user
from tests.support.query_plans import unindexed_steps


@pytest.fixture
def author(app: Flask) -> User:
    """Store 20 users with 20 posts each, and return one of them."""
    users = [create_user() for _ in range(20)]
    for user in users:
        create_posts(user, 20)
    return users[0]


def without_authors(query: Select[Post]) -> Select[Any]:
    """Return `query` without the join: MySQL would read the few authors first and sort."""
    assert query.whereclause is not None
    return select(Post.id).where(query.whereclause)


@pytest.mark.parametrize("name", queries.ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_every_order_of_the_list_is_read_from_an_index(
    author: User, name: str, reverse: bool
) -> None:
    order = queries.ORDERS[name]
    # For so few posts MySQL prefers to sort the published ones by title.
    query: Select[Any] = (
        without_authors(queries.published()) if "published_at" in name else select(Post.id)
    )
    assert unindexed_steps(order.sorted(query, reverse=reverse).limit(21)) == []
    cursor = order.cursor(db.session.scalars(select(Post).limit(1)).one())
    later = query.where(order.beyond(*order.place(cursor), reverse=reverse))
    assert unindexed_steps(order.sorted(later, reverse=reverse).limit(21)) == []


def test_the_posts_of_an_author_are_read_from_an_index(author: User) -> None:
    theirs = without_authors(queries.published()).where(Post.author_id == author.id)
    assert unindexed_steps(queries.NEWEST_FIRST.sorted(theirs, reverse=False).limit(21)) == []
    own = without_authors(queries.written_by(author))
    assert unindexed_steps(queries.LAST_CHANGED_FIRST.sorted(own, reverse=False).limit(21)) == []


def test_a_sort_without_an_index_is_detected(author: User) -> None:
    assert unindexed_steps(select(Post).order_by(Post.summary))
