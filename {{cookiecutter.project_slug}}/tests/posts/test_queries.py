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
    """Return a user with many posts, one of many users."""
    users = [create_user() for _ in range(20)]
    for user in users:
        create_posts(user, 20)
    return users[0]


def without_authors(statement: Select[Any]) -> Select[Any]:
    """Return `statement` without the join: MySQL would read the few authors first, and sort."""
    assert statement.whereclause is not None
    return select(Post.id).where(statement.whereclause)


@pytest.mark.parametrize("name", queries.ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_every_order_of_the_list_is_read_from_an_index(
    author: User, name: str, reverse: bool
) -> None:
    order = queries.ORDERS[name]
    query: Select[Any] = select(Post.id)
    # To find the few published posts MySQL would rather sort than read the index of titles.
    if "published_at" in name:
        query = without_authors(queries.published().query)
    assert unindexed_steps(order.sort(query, reverse=reverse).limit(21)) == []
    cursor = order.encode_cursor(db.session.scalars(select(Post).limit(1)).one())
    later = query.where(order.seek_condition(*order.decode_cursor(cursor), reverse=reverse))
    assert unindexed_steps(order.sort(later, reverse=reverse).limit(21)) == []


def test_the_posts_of_an_author_are_read_from_an_index(author: User) -> None:
    published = queries.published(author_id=author.id)
    assert unindexed_steps(published.order.sort(without_authors(published.query)).limit(21)) == []
    own = queries.written_by(author)
    assert unindexed_steps(own.order.sort(without_authors(own.query)).limit(21)) == []


def test_a_sort_without_an_index_is_detected(author: User) -> None:
    assert unindexed_steps(select(Post).order_by(Post.summary))
