"""Seek pagination (also called keyset pagination): the last page of a list is as fast as the first
one.

A page starts after a cursor, which contains the values of the last row of the previous page. There
is no OFFSET and no page number;
see https://use-the-index-luke.com/no-offset for the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import Column, ColumnElement, Integer, Select, and_, bindparam, or_
from sqlalchemy.orm import InstrumentedAttribute

from app.db import cursors
from app.db.cursors import CursorError
from app.db.transactions import read_rows
from app.extensions import db

__all__ = ["CursorError", "Order", "Page", "SeekQuery"]

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """A slice of an ordered list.

    `before` and `after` are cursors of the neighbouring pages, or None at either end of the list.
    """

    items: Sequence[T]
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Order:
    """The order of a list: by a column, and by the primary key where values are equal.

    Databases sort NULL to different ends, so a nullable column needs `exclude_nulls=True`, which
    leaves the rows without a value out of the list. Raises `ValueError` for a column that cannot
    be used.
    """

    column: InstrumentedAttribute[Any]
    key: InstrumentedAttribute[Any]
    descending: bool = False
    exclude_nulls: bool = False

    def __post_init__(self) -> None:
        """Check the columns."""
        for column in (self.column, self.key):
            if not cursors.is_supported(column.type):
                raise ValueError(f"A list cannot be ordered by {column}, a {column.type!r}.")
        if not _is_unique(self.key):
            raise ValueError(f"{self.key} is not unique; pass the primary key.")
        if self._is_nullable and not self.exclude_nulls:
            raise ValueError(f"{self.column} is nullable; pass exclude_nulls=True.")

    @property
    def _is_nullable(self) -> bool:
        return bool(getattr(self.column.expression, "nullable", True))

    def sort(self, query: Select[Any], *, reverse: bool = False) -> Select[Any]:
        """Return `query` in this order, or in the opposite one."""
        if self._is_nullable:
            query = query.where(self.column.is_not(None))
        # With a unique column and the key in ORDER BY, MySQL would not read the column's index.
        columns = (self.column,) if _is_unique(self.column) else (self.column, self.key)
        if self.descending != reverse:
            return query.order_by(*(column.desc() for column in columns))
        return query.order_by(*(column.asc() for column in columns))

    def seek_condition(self, value: Any, key: Any, *, reverse: bool = False) -> ColumnElement[bool]:
        """Return the condition for the rows after the row with `value` and `key`.

        With `reverse` it is the condition for the rows before that one. The first comparison is
        redundant, but without it MySQL reads the index from its start.
        """
        if self.descending != reverse:
            return and_(self.column <= value, or_(self.column < value, self.key < key))
        return and_(self.column >= value, or_(self.column > value, self.key > key))

    def encode_cursor(self, item: object) -> str:
        """Return the cursor for the rows next to `item`."""
        return cursors.encode([getattr(item, self.column.key), getattr(item, self.key.key)])

    def decode_cursor(self, cursor: str) -> tuple[Any, Any]:
        """Return the values of the column and of the key in `cursor`.

        Raises `CursorError` if the values do not fit the columns of this order.
        """
        value, key = cursors.decode(cursor, [self.column.type, self.key.type])
        return value, key


def _is_unique(attribute: InstrumentedAttribute[Any]) -> bool:
    column = attribute.expression
    if not isinstance(column, Column):
        return False
    is_whole_key = column.primary_key and len(column.table.primary_key) == 1
    return bool(column.unique or is_whole_key)


@dataclass(frozen=True)
class SeekQuery(Generic[T]):
    """A query in an order, to be read page by page.

    The query selects one model: `SeekQuery[User](select(User), order)`. To select columns instead,
    which takes half the time, pass as `row_type` a `NamedTuple` whose fields have the names of the
    columns, in the same order. They must include the columns of the order. Raises `ValueError` for
    any other query.

    Each statement is built when it is first used, and kept. Building takes longer than running
    (0.3 ms and 0.2 ms for 20 rows), so define the `SeekQuery` of a fixed list as a constant.
    """

    query: Select[*tuple[Any, ...]]
    order: Order
    row_type: Callable[..., T] | None = None

    def __post_init__(self) -> None:
        """Check that the items will have the columns of the order."""
        if self.row_type is None:
            selected = [item["type"] for item in self.query.column_descriptions]
            if len(selected) != 1 or not isinstance(selected[0], type):
                raise ValueError("The query selects no single model; pass a row_type.")
        else:
            fields = getattr(self.row_type, "_fields", ())
            missing = {self.order.column.key, self.order.key.key} - set(fields)
            if missing:
                raise ValueError(f"{self.row_type} lacks the order's {sorted(missing)}.")

    @cached_property
    def first(self) -> Select[Any]:
        """The statement for the first page; its parameter is `page_limit`."""
        return self._sorted(reverse=False)

    @cached_property
    def after(self) -> Select[Any]:
        """The statement for the page after a cursor.

        Its parameters are `page_limit`, `cursor_value` and `cursor_key`.
        """
        return self.first.where(self._seek_condition(reverse=False))

    @cached_property
    def before(self) -> Select[Any]:
        """The statement for the page before a cursor, in the opposite order; see `after`."""
        return self._sorted(reverse=True).where(self._seek_condition(reverse=True))

    def _sorted(self, *, reverse: bool) -> Select[Any]:
        limit = bindparam("page_limit", type_=Integer())
        return self.order.sort(self.query, reverse=reverse).limit(limit)

    def _seek_condition(self, *, reverse: bool) -> ColumnElement[bool]:
        value, key = (
            bindparam(name, type_=cursors.parameter_type(column.type))
            for name, column in (
                ("cursor_value", self.order.column),
                ("cursor_key", self.order.key),
            )
        )
        return self.order.seek_condition(value, key, reverse=reverse)

    def page(self, *, limit: int, after: str | None = None, before: str | None = None) -> Page[T]:
        """Run the query and return the page of at most `limit` items next to a cursor.

        `after` takes precedence over `before`. Without both, return the first page. Raises
        `CursorError` for an invalid cursor.
        """
        reverse = before is not None and after is None
        cursor = before if reverse else after
        parameters: dict[str, Any] = {"page_limit": limit + 1}
        if cursor is None:
            items = self._run(self.first, parameters)
        else:
            value, key = self.order.decode_cursor(cursor)
            parameters |= {"cursor_value": value, "cursor_key": key}
            items = self._run(self.before if reverse else self.after, parameters)
        has_more, items = len(items) > limit, items[:limit]
        if reverse:
            items.reverse()
        has_before, has_after = (has_more, True) if reverse else (cursor is not None, has_more)
        return Page(
            items=items,
            before=self.order.encode_cursor(items[0]) if items and has_before else None,
            after=self.order.encode_cursor(items[-1]) if items and has_after else None,
        )

    def _run(self, statement: Select[Any], parameters: dict[str, Any]) -> list[T]:
        if self.row_type is None:
            return list(db.session.scalars(statement, parameters))
        return [self.row_type(*row) for row in read_rows(statement, parameters)]
