"""Sample rows of every model, the project's own and those added later.

Each person of the laboratory owns one row of each model, and the keys agree: row 1 of any table
belongs to person 1, so that the address of "the owner's object" can be made for any route.
"""

import enum
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper, object_mapper

from app.auth.models import User
from app.db.types import utc_now
from app.extensions import Base, db

TEXT_LENGTH = 40


def mappers() -> list[Mapper[Any]]:
    """Return the mappers of all models, those that others refer to first."""
    order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(Base.registry.mappers, key=lambda mapper: order.get(mapper.local_table, -1))  # type: ignore[call-overload]


def add_samples(people: Sequence[User]) -> dict[str, str]:
    """Store a row of every model for each of `people`.

    Returns the models of which no row could be stored, with the reason. The accounts' own models
    are left out: their rows come from signing in.
    """
    failures = {}
    accounts = User.__module__
    for mapper in mappers():
        if mapper.class_.__module__ == accounts:
            continue
        try:
            db.session.add_all(sample(mapper, person.id) for person in people)
            db.session.commit()
        except (SQLAlchemyError, TypeError, ValueError) as error:
            db.session.rollback()
            failures[mapper.class_.__name__] = " ".join(str(error).split())[:120]
    return failures


def text_values() -> dict[str, str]:
    """Return the stored texts of the owner's rows by column, for the addresses that hold them."""
    found: dict[str, str] = {}
    for mapper in mappers():
        row = db.session.get(mapper.class_, 1)
        for attribute in mapper.column_attrs if row is not None else ():
            value = getattr(row, attribute.key)
            found.setdefault(attribute.key, value if isinstance(value, str) else "sample")
    return found


def sample(mapper: Mapper[Any], number: int) -> object:
    """Return a new row that belongs to person `number`."""
    row = mapper.class_()
    fill(row, number)
    return row


def fill(row: object, number: int) -> None:
    """Give plausible values to the columns of `row` that are empty and have no default."""
    mapper: Mapper[Any] = object_mapper(row)
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        empty = getattr(row, attribute.key) is None
        if empty and isinstance(column, Column) and _must_be_set(column):
            setattr(row, attribute.key, sample_value(column, number))


def _must_be_set(column: Column[Any]) -> bool:
    generated = column.default is not None or column.server_default is not None
    return not generated and not column.computed and not column.identity


def sample_value(column: Column[Any], number: int) -> object:
    """Return a plausible value; rows differ, so that unique columns are satisfied."""
    kind = column.type.python_type
    if column.foreign_keys or (column.primary_key and kind is int):
        return number
    if issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind is str:
        length = min(getattr(column.type, "length", None) or TEXT_LENGTH, TEXT_LENGTH)
        return f"{number} sample {column.name}"[:length]
    moment = utc_now() - timedelta(hours=number)
    values = {
        bool: True,
        int: number,
        float: float(number),
        Decimal: Decimal(number),
        datetime: moment,
        date: moment.date(),
        time: moment.timetz(),
        timedelta: timedelta(hours=number),
        uuid.UUID: uuid.UUID(int=number),
        bytes: bytes([number]),
        dict: {},
        list: [],
    }
    return values[kind]
