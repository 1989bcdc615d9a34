"""Test tables with a column of every type that a list can be ordered by.

They are not models of the application.
"""

import enum
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Enum, Float, MetaData, Numeric, SmallInteger, String, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.db.types import ExactDecimal, exact_string
from app.extensions import Base, db


class Color(enum.Enum):
    """An enumeration of which the names and the values sort differently."""

    RED = "a"
    GREEN = "b"
    BLUE = "c"


class ScratchBase(DeclarativeBase):
    """Keeps the tables of tests away from the migrations."""

    metadata = MetaData()
    type_annotation_map: ClassVar[dict[Any, Any]] = Base.type_annotation_map


class Sample(ScratchBase):
    """A row with a value of every type."""

    __tablename__ = "samples"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(default=0)
    small: Mapped[int] = mapped_column(SmallInteger, default=0)
    big: Mapped[int] = mapped_column(BigInteger, default=0)
    price: Mapped[Decimal] = mapped_column(default=Decimal(0))
    rate: Mapped[Decimal] = mapped_column(ExactDecimal(18, 6), default=Decimal(0))
    # Floating point on SQLite, with a warning; ExactDecimal is better.
    plain: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    ratio: Mapped[float] = mapped_column(default=0.0)
    day: Mapped[date] = mapped_column(default=date(2026, 1, 1))
    moment: Mapped[datetime | None]
    flag: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(exact_string(80), default="")
    code: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid.uuid4()), unique=True)
    token: Mapped[uuid.UUID] = mapped_column(default=uuid.uuid4)
    plain_token: Mapped[str] = mapped_column(Uuid(as_uuid=False), default=lambda: str(uuid.uuid4()))
    by_name: Mapped[Color] = mapped_column(Enum(Color, native_enum=False), default=Color.RED)
    by_value: Mapped[Color] = mapped_column(
        Enum(Color, native_enum=False, values_callable=lambda kind: [item.value for item in kind]),
        default=Color.RED,
    )
    word: Mapped[str] = mapped_column(Enum("one", "two", native_enum=False), default="one")
    total: Mapped[Decimal | None]


class Keyed(ScratchBase):
    """A row whose primary key is a UUID."""

    __tablename__ = "keyed"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[int]


class Unsuitable(DeclarativeBase):
    """The base class of the model below, whose table is never created."""


class UnsuitableSample(Unsuitable):
    """Columns that cannot order a list."""

    __tablename__ = "unsuitable"

    first_key: Mapped[int] = mapped_column(primary_key=True)
    second_key: Mapped[int] = mapped_column(primary_key=True)
    binary: Mapped[bytes]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    single: Mapped[float] = mapped_column(Float)
    imprecise: Mapped[float] = mapped_column(Numeric(10, 2, asdecimal=False))
    native: Mapped[Color]
    empty: Mapped[str | None]


@contextmanager
def scratch_tables() -> Iterator[None]:
    """Create the tables, and drop them at the end."""
    ScratchBase.metadata.create_all(db.engine)
    try:
        yield
    finally:
        # MySQL cannot drop a table that an open transaction has read.
        db.session.rollback()
        ScratchBase.metadata.drop_all(db.engine)


def add_samples(name: str, values: list[Any]) -> None:
    """Store a row for each of `values`, and set the attribute `name` to it."""
    db.session.add_all(Sample(id=number, **{name: value}) for number, value in enumerate(values, 1))
    db.session.commit()
