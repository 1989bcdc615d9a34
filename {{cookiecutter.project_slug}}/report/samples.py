"""Sample rows for every model, including models that are added to the project later.

Each test user owns one row of each model. The primary keys are the same: row 1 of every table
belongs to user 1.
So the URL of "the owner's object" can be built for any route.
"""

import enum
import uuid
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Enum
from sqlalchemy.orm import Mapper, object_mapper

from report.findings import describe_error
from report.project_api import Base, User, db

TEXT_LENGTH = 40


def sorted_mappers() -> list[Mapper[Any]]:
    """Return the mappers of all models; a model comes after the models that it refers to."""
    positions = {table: number for number, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(Base.registry.mappers, key=lambda mapper: positions.get(mapper.local_table, -1))  # type: ignore[call-overload]  # a join may stand for a table


def add_samples(keys: Sequence[int], missing_tables: Container[str] = ()) -> dict[str, str]:
    """Store a row of every model for each account with one of these keys.

    Returns the models without stored rows, with the reason. Models whose table is missing are left
    out, and so are those of the accounts' own module: logging in creates their rows.
    """
    failures = {}
    for mapper in sorted_mappers():
        is_missing = mapper.local_table.description in missing_tables
        if is_missing or mapper.class_.__module__ == User.__module__:
            continue
        try:
            db.session.add_all([sample(mapper, key) for key in keys])
            db.session.commit()
        # A column type or a constructor of the project may raise anything.
        except Exception as error:
            db.session.rollback()
            failures[mapper.class_.__name__] = describe_error(error)[:120]
    return failures


def text_values(key: int) -> dict[str, str]:
    """Return the stored texts of one user's rows by column, for URLs that contain such a text."""
    values: dict[str, str] = {}
    for mapper in sorted_mappers():
        row = find_sample(mapper, key)
        for attribute in mapper.column_attrs if row is not None else ():
            value = getattr(row, attribute.key)
            values.setdefault(attribute.key, value if isinstance(value, str) else "sample")
    return values


def find_sample(mapper: Mapper[Any], key: int) -> object | None:
    """Return the stored sample row of a model, or None."""
    try:
        columns = [column for column in mapper.primary_key if isinstance(column, Column)]
        identity = tuple(sample_value(column, key) for column in columns)
        return db.session.get(mapper.class_, identity)
    # The table is missing, or its primary key has a type without sample values.
    except Exception:
        db.session.rollback()
        return None


def sample(mapper: Mapper[Any], number: int) -> object:
    """Return a new row that belongs to user `number`."""
    row = mapper.class_()
    fill(row, number)
    return row


def fill(row: object, number: int) -> None:
    """Set the columns of `row` that are empty and have no default to plausible values.

    Raises `ValueError` for a required column whose type has no sample value.
    """
    mapper: Mapper[Any] = object_mapper(row)
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        is_empty = getattr(row, attribute.key) is None
        if not isinstance(column, Column) or not is_empty or not needs_value(column):
            continue
        try:
            setattr(row, attribute.key, sample_value(column, number))
        except ValueError:
            if not column.nullable:
                raise


def needs_value(column: Column[Any]) -> bool:
    """Return whether a value has to be set: a primary key always, so that the keys agree."""
    if column.primary_key:
        return column.identity is None or not column.identity.always
    generated = column.default is not None or column.server_default is not None
    return not generated and not column.computed and not column.identity


def sample_value(column: Column[Any], number: int) -> object:
    """Return a plausible value; the values of different rows differ, as unique columns require.

    Raises `ValueError` for a type without sample values.
    """
    for key in column.foreign_keys:
        if key.column is not column:
            return sample_value(key.column, number)
    if isinstance(column.type, Enum):
        return next(iter(column.type.enum_class or column.type.enums))
    if isinstance(column.type, JSON):
        return {}
    kind = python_type(column)
    if kind is not None and issubclass(kind, enum.Enum):
        return next(iter(kind))
    if kind is str:
        length = min(getattr(column.type, "length", None) or TEXT_LENGTH, TEXT_LENGTH)
        return f"{number} sample {column.name}"[:length]
    values = values_by_type(number)
    if kind is None or kind not in values:
        raise ValueError(f"no sample value for {column.name}, {type(column.type).__name__}")
    return values[kind]


def python_type(column: Column[Any]) -> type | None:
    """Return the Python type of a column's values, or None if it is unknown."""
    try:
        kind = column.type.python_type
    except NotImplementedError:
        return None
    return None if kind is object else kind


def values_by_type(number: int) -> Mapping[type, object]:
    """Return the value of row `number` for each Python type."""
    moment = datetime.now(UTC) - timedelta(hours=number)
    return {
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
