"""Column types that behave alike on SQLite, PostgreSQL and MySQL."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine

UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Say whether every database can store `text`: no NUL character, no half of a surrogate pair.

    The latter is no character at all, but JSON can write it.
    """
    return UNSTORABLE.search(text) is None


def utc_now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def exact_string(length: int) -> TypeEngine[str]:
    """Return the type of a text that equals no other one.

    By default MySQL takes a and ä, or a and A, for the same letter: one account could be found by
    the address of another.
    """
    exact = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(exact, "mysql", "mariadb")


def sortable_string(length: int) -> TypeEngine[str]:
    """Return the type of a text that is compared and sorted by its characters' numbers.

    PostgreSQL's default order is that of a language, in which a range is no prefix.
    """
    by_number = postgresql.VARCHAR(length, collation="C")
    return exact_string(length).with_variant(by_number, "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware `datetime` in, an aware UTC `datetime` out, with microseconds, on every database.

    MySQL and SQLite drop time zones, so a value is converted before it is stored. A naive
    `datetime` is refused with `ValueError`: nobody knows which moment it means.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def __init__(self) -> None:
        """Take no argument, so that migrations read `UtcDateTime()`."""
        super().__init__()

    @property
    def python_type(self) -> type[datetime]:
        """Return the type of the values."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """Return the column type; MySQL would cut the microseconds off."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, without its zone where the database would drop it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use app.db.types.utc_now().")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Return a function that turns what was stored into an aware moment in UTC.

        It stands in for `process_result_value`, which is called through two more functions.
        """
        read = super().result_processor(dialect, coltype)

        def in_utc(stored: Any) -> datetime | None:
            value: datetime | None = read(stored) if read else stored
            if value is None or value.tzinfo is UTC:
                return value
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

        return in_utc
