"""Seek pagination."""

import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from flask import Flask
from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, defer

from app.auth.models import User, UserSession
from app.db.pagination import CursorError, Order, Page, SeekQuery
from app.extensions import db
from tests.support.factories import create_user
from tests.support.scratch import (
    Color,
    Keyed,
    Sample,
    UnsuitableSample,
    add_samples,
    scratch_tables,
)

# SQLAlchemy warns that SQLite stores Numeric, one of the types below, as a float.
pytestmark = pytest.mark.filterwarnings("ignore:Dialect sqlite")

MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
VALUES: dict[str, list[Any]] = {
    "number": [-(2**31), -1, 0, 0, 1, 2**31 - 1],
    "small": [-(2**15), -1, 0, 0, 1, 2**15 - 1],
    "big": [-(2**63), -(2**53) - 1, 0, 0, 2**53 + 1, 2**63 - 1],
    "price": ["-12345678901234.56", "-0.01", "0.10", "0.10", "0.30", "12345678901234.56"],
    "rate": ["-123456789012.345678", "-0.000001", "0", "0", "0.3", "123456789012.345678"],
    "plain": ["-123456789.01", "-0.01", "0.10", "0.10", "0.30", "123456789.01"],
    "ratio": [-1e300, -0.1, 0.1, 0.1, 0.1 + 0.2, 1e300],
    "day": [date(1000, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(9999, 12, 31)],
    "moment": [
        datetime(1001, 1, 1, tzinfo=UTC),
        MOMENT,
        MOMENT,
        MOMENT + timedelta(microseconds=1),
        datetime(9998, 12, 31, tzinfo=UTC),
    ],
    "flag": [False, False, False, True, True, True],
    "text": ["", "'; --", "10%", "a", "a", "é🎉"],
    "code": ["a", "b", "c", "d", "e", "f"],
    "token": [uuid.UUID(int=number << 96) for number in (0, 1, 1, 2**16, 2**31)],
    "plain_token": [str(uuid.UUID(int=number << 96)) for number in (0, 1, 1, 2**16, 2**31)],
    "by_name": [Color.BLUE, Color.BLUE, Color.GREEN, Color.GREEN, Color.RED, Color.RED],
    "by_value": [Color.RED, Color.RED, Color.GREEN, Color.GREEN, Color.BLUE, Color.BLUE],
    "word": ["one", "one", "one", "two", "two", "two"],
}


class Named(NamedTuple):
    """Two columns of an account."""

    id: int
    name: str


@pytest.fixture
def samples(app: Flask) -> Iterator[None]:
    """Create the tables of samples."""
    with scratch_tables():
        yield


def order_by(name: str, *, descending: bool = False) -> Order:
    """Return the order of samples by the attribute `name`."""
    return Order(getattr(Sample, name), Sample.id, descending, exclude_nulls=True)


def walk(query: SeekQuery[Any], limit: int) -> tuple[list[Page[Any]], list[Page[Any]]]:
    """Return the pages on the way to the last one, and those on the way back, in the same order."""
    forth = [query.page(limit=limit)]
    while forth[-1].after:
        forth.append(query.page(limit=limit, after=forth[-1].after))
    back = [forth[-1]]
    while back[-1].before:
        back.append(query.page(limit=limit, before=back[-1].before))
    return forth, back[::-1]


def encoded(content: str) -> str:
    """Return a cursor with this JSON."""
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


@pytest.mark.parametrize("descending", [False, True])
def test_pages_hold_every_item_once_in_both_directions(app: Flask, descending: bool) -> None:
    names = sorted(["a", "b", "b", "b", "c", "d", "é"], reverse=descending)
    for name in names:
        create_user(name=name)
    forth, back = walk(SeekQuery(select(User), Order(User.name, User.id, descending)), 3)
    assert [len(page.items) for page in forth] == [3, 3, 1]
    assert len({user.id for page in forth for user in page.items}) == 7
    assert [page.items for page in back] == [page.items for page in forth]
    assert forth[0].before is None


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("name", VALUES)
def test_values_of_every_type_have_cursors(samples: None, name: str, descending: bool) -> None:
    values = VALUES[name]
    if name in ("price", "rate", "plain"):
        values = [Decimal(value) for value in values]
    add_samples(name, values)
    expected = list(zip(range(1, len(values) + 1), values, strict=True))
    for limit in (1, 2):
        query = SeekQuery[Sample](select(Sample), order_by(name, descending=descending))
        forth, back = walk(query, limit)
        found = [(item.id, getattr(item, name)) for page in forth for item in page.items]
        assert (found[::-1] if descending else found) == expected
        assert [page.items for page in back] == [page.items for page in forth]


def test_keys_may_be_of_every_type(samples: None) -> None:
    db.session.add_all(Keyed(number=number) for number in (1, 2, 2, 2, 3))
    db.session.commit()
    forth, back = walk(SeekQuery(select(Keyed), Order(Keyed.number, Keyed.id)), 2)
    numbers = [[item.number for item in page.items] for page in forth]
    assert numbers == [[1, 2], [2, 2], [3]]
    assert len({item.id for page in forth for item in page.items}) == 5
    assert [page.items for page in back] == [page.items for page in forth]


def test_an_empty_list_has_no_neighbours(app: Flask) -> None:
    page = SeekQuery[User](select(User), Order(User.name, User.id)).page(limit=3)
    assert (list(page.items), page.before, page.after) == ([], None, None)


def test_rows_of_columns_have_the_type_that_was_asked_for(app: Flask) -> None:
    users = [create_user(name=name) for name in "abc"]
    query = SeekQuery(select(User.id, User.name), Order(User.name, User.id), row_type=Named)
    forth, back = walk(query, 2)
    assert [item for page in forth for item in page.items] == [
        Named(user.id, user.name) for user in users
    ]
    assert [page.items for page in back] == [page.items for page in forth]


@pytest.mark.parametrize(
    ("query", "row_type"),
    [
        (select(User.name), None),
        (select(User.id, User.name), None),
        (select(User, UserSession), None),
        (select(User.id, User.email), Named),
    ],
)
def test_queries_without_what_a_cursor_needs_are_refused(
    query: Select[Any], row_type: type[Any] | None
) -> None:
    with pytest.raises(ValueError, match=r"pass a row_type\.|lacks the order's \['email'\]\."):
        SeekQuery(query, Order(User.email, User.id), row_type)


def test_objects_may_have_deferred_columns(app: Flask) -> None:
    create_user(name="a")
    query = select(User).options(defer(User.email))
    assert len(SeekQuery(query, Order(User.name, User.id)).page(limit=1).items) == 1


@pytest.mark.parametrize(
    ("descending", "expected"), [(False, [[2, 4], [5]]), (True, [[5, 4], [2]])]
)
def test_rows_without_a_value_are_left_out_of_the_list(
    samples: None, descending: bool, expected: list[list[int]]
) -> None:
    add_samples("moment", [None, MOMENT, None, MOMENT, MOMENT])
    query = SeekQuery[Sample](select(Sample), order_by("moment", descending=descending))
    forth, back = walk(query, 2)
    assert [[item.id for item in page.items] for page in forth] == expected
    assert [page.items for page in back] == [page.items for page in forth]


@pytest.mark.parametrize("name", ["binary", "content", "single", "imprecise", "native"])
def test_columns_without_cursors_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be ordered by UnsuitableSample.{name}"):
        Order(getattr(UnsuitableSample, name), Sample.id)


def test_nullable_columns_are_refused_unless_the_order_excludes_null() -> None:
    with pytest.raises(ValueError, match="is nullable; pass exclude_nulls=True"):
        Order(UnsuitableSample.empty, Sample.id)


@pytest.mark.parametrize(
    "key", [UnsuitableSample.first_key, Sample.number], ids=["part of a key", "no key"]
)
def test_keys_must_tell_all_rows_apart(key: InstrumentedAttribute[int]) -> None:
    with pytest.raises(ValueError, match="is not unique; pass the primary key"):
        Order(Sample.text, key)


FORGED = [
    "null",
    "true",
    "NaN",
    "-Infinity",
    "1e999",
    "0",
    "1.5",
    "-1",
    str(2**15),
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    str(-(2**63) - 1),
    str(10**400),
    "[]",
    "{}",
    *map(
        json.dumps,
        [
            *["", "x", "\ud800", "\0", "RED", "a", "one", "NaN", "sNaN", "-Infinity", "1e99"],
            *["1E+99999999", "1E-99999999", "0.001", "9" * 50, "\uff11", " 1 ", "1_0"],
            *["2026-01-01", "0001-01-01", "9999-12-31", "0000-01-01", "2026-13-01", "--"],
            *["2026-01-01T00:00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00"],
            *["00000000-0000-0000-0000-00000000000g", "{00000000000000000000000000000000}"],
        ],
    ),
]


@pytest.mark.parametrize("name", VALUES)
def test_forged_cursors_end_in_a_page_or_a_cursor_error(samples: None, name: str) -> None:
    query = SeekQuery[Sample](select(Sample), order_by(name))
    refused = 0
    for content in FORGED:
        try:
            query.page(limit=1, after=encoded(f"[{content},1]"))
        except CursorError:
            refused += 1
    assert refused >= len(FORGED) // 3


def test_times_without_a_zone_are_refused(samples: None) -> None:
    query = SeekQuery[Sample](select(Sample), order_by("moment"))
    with pytest.raises(CursorError):
        query.page(limit=1, after=encoded('["2026-01-01T00:00",1]'))


@pytest.mark.parametrize("content", FORGED)
def test_forged_keys_end_in_a_page_or_a_cursor_error(samples: None, content: str) -> None:
    cursor = encoded(f"[0,{content}]")
    for query in (
        SeekQuery[Any](select(Sample), Order(Sample.number, Sample.id)),
        SeekQuery[Any](select(Keyed), Order(Keyed.number, Keyed.id)),
    ):
        with suppress(CursorError):
            assert query.page(limit=1, before=cursor).items == []


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "*",
        "é",
        "WzEsM",
        *map(encoded, ["", "1", "[]", "[1]", "[1,1,1]", '"ab"', '{"a":1,"b":2}', "[" * 100_000]),
        *map(encoded, ["[true,1]", "[1,true]", '[1,"1"]', "[1.0,1]", "[1,null]"]),
    ],
)
def test_what_is_no_cursor_is_refused(app: Flask, cursor: str) -> None:
    with pytest.raises(CursorError, match="is not valid"):
        SeekQuery(select(User), Order(User.id, User.id)).page(limit=3, after=cursor)


@pytest.mark.parametrize(
    "cursor", ["WzEsMV0", "WyJhIiwiYiJd", "WyJhIix0cnVlXQ", "WyJcdTAwMDAiLDFd"]
)
def test_cursors_of_another_order_are_refused(app: Flask, cursor: str) -> None:
    with pytest.raises(CursorError, match="is not valid"):
        SeekQuery(select(User), Order(User.name, User.id)).page(limit=3, after=cursor)
