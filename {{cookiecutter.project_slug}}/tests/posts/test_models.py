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
from tests.support.query_plans import waste


@pytest.fixture
def author(app: Flask) -> User:
    """Return a user with many posts, one of many users."""
    users = [create_user() for _ in range(20)]
    for user in users:
        create_posts(user, 20)
    return users[0]


def bare(query: Select[Post]) -> Select[Any]:
    """Return `query` without the authors: of so few, MySQL would rather read them all and sort."""
    assert query.whereclause is not None
    return select(Post.id).where(query.whereclause)


@pytest.mark.parametrize("name", queries.ORDERS)
@pytest.mark.parametrize("reverse", [False, True])
def test_every_order_of_the_list_is_read_from_an_index(
    author: User, name: str, reverse: bool
) -> None:
    order = queries.ORDERS[name]
    # Among so few posts MySQL rather sorts those that are published by their titles.
    query: Select[Any] = bare(queries.published()) if "published_at" in name else select(Post.id)
    assert waste(order.sorted(query, reverse=reverse).limit(21)) == []
    cursor = order.cursor(db.session.scalars(select(Post).limit(1)).one())
    later = query.where(order.beyond(*order.place(cursor), reverse=reverse))
    assert waste(order.sorted(later, reverse=reverse).limit(21)) == []


def test_the_posts_of_an_author_are_read_from_an_index(author: User) -> None:
    theirs = bare(queries.published()).where(Post.author_id == author.id)
    assert waste(queries.NEWEST_FIRST.sorted(theirs, reverse=False).limit(21)) == []
    own = bare(queries.written_by(author))
    assert waste(queries.LAST_CHANGED_FIRST.sorted(own, reverse=False).limit(21)) == []


def test_a_sort_without_an_index_would_be_noticed(author: User) -> None:
    assert waste(select(Post).order_by(Post.summary))
