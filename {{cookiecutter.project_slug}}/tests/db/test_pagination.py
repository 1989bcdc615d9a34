"""Keyset pagination."""

import base64

import pytest
from flask import Flask
from sqlalchemy import select

from app.auth.models import User
from app.db.pagination import CursorError, Order, paginate
from tests.support.factories import create_user


@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_item_once_in_both_directions(app: Flask, descending: bool) -> None:
    names = sorted(["a", "b", "b", "b", "c", "d", "é"], reverse=descending)
    for name in names:
        create_user(name=name)
    order = Order(User.name, User.id, descending)
    forth = [first := paginate(select(User), order, limit=3)]
    while forth[-1].after:
        forth.append(paginate(select(User), order, limit=3, after=forth[-1].after))
    assert [len(page.items) for page in forth] == [3, 3, 1]
    assert len({user.id for page in forth for user in page.items}) == 7
    back = [forth[-1]]
    while back[-1].before:
        back.append(paginate(select(User), order, limit=3, before=back[-1].before))
    assert [page.items for page in reversed(back)] == [page.items for page in forth]
    assert first.before is None


def test_an_empty_list_has_no_other_pages(app: Flask) -> None:
    page = paginate(select(User), Order(User.name, User.id), limit=3)
    assert (list(page.items), page.before, page.after) == ([], None, None)


@pytest.mark.parametrize(
    "cursor", ["WzEsMV0", "WyJhIiwiYiJd", "WyJhIix0cnVlXQ", "WyJcdTAwMDAiLDFd"]
)
def test_cursors_of_another_order_are_refused(app: Flask, cursor: str) -> None:
    with pytest.raises(CursorError, match="does not exist"):
        paginate(select(User), Order(User.name, User.id), limit=3, after=cursor)


@pytest.mark.parametrize(
    "content",
    ['["\\ud800",1]', "[0,1]", "[2147483648,1]", "[1,2147483648]", "[" * 100_000, "[1,0]"],
)
def test_cursors_that_no_database_can_store_are_refused(app: Flask, content: str) -> None:
    cursor = base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")
    column = User.name if "ud800" in content else User.id
    with pytest.raises(CursorError, match="does not exist"):
        paginate(select(User), Order(column, User.id), limit=3, after=cursor)
