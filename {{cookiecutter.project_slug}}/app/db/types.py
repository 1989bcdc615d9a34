"""Column types that behave alike on SQLite, PostgreSQL and MySQL."""

import operator
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    Numeric,
    String,
    TypeDecorator,
)
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import NullType, TypeEngine

UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")

# SQLite's integers have 64 bits: every number of 18 digits fits.
MOST_DIGITS = 18


def is_storable(text: str) -> bool:
    """Return whether every database can store `text`.

    None of them stores surrogates (JSON can contain a lone one), and PostgreSQL stores no NUL.
    """
    return UNSTORABLE.search(text) is None


def utc_now() -> datetime:
    """Return the current time as an aware `datetime` in UTC."""
    return datetime.now(UTC)


def exact_string(length: int) -> TypeEngine[str]:
    """Return a string type that compares case-sensitively and accent-sensitively on MySQL too.

    MySQL's default collation treats a, A and ä as equal: a query for one e-mail address could
    find the account of another.
    """
    exact = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return String(length).with_variant(exact, "mysql", "mariadb")


def sortable_string(length: int) -> TypeEngine[str]:
    """Return a string type that every database compares and sorts by code point.

    By default PostgreSQL sorts by the rules of a language; then a range of words does not find all
    words with a prefix.
    """
    by_number = postgresql.VARCHAR(length, collation="C")
    return exact_string(length).with_variant(by_number, "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """Stores an aware `datetime` and returns it in UTC, with microseconds, on every database.

    MySQL and SQLite drop the time zone, so values are converted to UTC before they are stored.
    A naive `datetime` raises `ValueError`, because its time zone is unknown.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def __init__(self) -> None:
        """Take no arguments, so that migrations contain `UtcDateTime()`."""
        super().__init__()

    def __repr__(self) -> str:
        """Return what Alembic writes into migrations; by default it is the call of `DateTime`."""
        return "UtcDateTime()"

    @property
    def python_type(self) -> type[datetime]:
        """The Python type of the values."""
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime]:
        """Return the column type; MySQL's default DATETIME has no microseconds."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC; naive for MySQL and SQLite, which store no time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; use app.db.types.utc_now().")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` as an aware time in UTC."""
        if value is None or value.tzinfo is UTC:
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """Stores a `Decimal` exactly: at most `precision` digits, `scale` of them after the decimal
    point.

    The column is NUMERIC on PostgreSQL and MySQL. SQLite has no exact decimals, so its column holds
    an integer: 12.34 is stored as 1234 if `scale` is 2. A value that is no int or Decimal, or that
    does not fit, raises `ValueError` when the statement runs; round it first.

    SQL may compare, add, subtract, sum and sort these columns, and multiply them by integers.
    Calculate everything else in Python: inside other functions (avg, coalesce with a number other
    than 0) and in raw SQL, SQLite uses the integer. Mixing scales raises `TypeError`.
    """

    impl = Numeric
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """The operators of a column.

        Raises `TypeError` for those whose result would be wrong on SQLite.
        """

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Return the expression `column op other`."""
            for value in other:
                cast("ExactDecimal", self.expr.type).check_operand(op, value)
            return super().operate(op, *other, **kwargs)

        def reverse_operate(
            self, op: OperatorType, other: Any, **kwargs: Any
        ) -> ColumnElement[Any]:
            """Return the expression `other op column`."""
            cast("ExactDecimal", self.expr.type).check_operand(op, other)
            return super().reverse_operate(op, other, **kwargs)

    comparator_factory = Comparator

    def __init__(self, precision: int = MOST_DIGITS, scale: int = 2) -> None:
        """`precision` is the number of all digits, at most 18; `scale` is the number of digits
        after the decimal point."""
        if not 0 <= scale <= precision <= MOST_DIGITS:
            raise ValueError(f"An ExactDecimal has at most {MOST_DIGITS} digits.")
        super().__init__(precision=precision, scale=scale)
        self.precision, self.scale = precision, scale
        self.step = Decimal(1).scaleb(-scale)

    @property
    def python_type(self) -> type[Decimal]:
        """The Python type of the values."""
        return Decimal

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.precision, self.scale))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """Return the value that the database stores."""
        if value is None:
            return None
        if not isinstance(value, (int, Decimal)) or not self.fits(Decimal(value)):
            raise ValueError(f"{value!r} does not fit {self!r}; round it first.")
        number = Decimal(value).quantize(self.step)
        return int(number.scaleb(self.scale)) if dialect.name == "sqlite" else number

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the stored value with `scale` decimals."""
        if value is None:
            return None
        number = Decimal(value)
        if dialect.name == "sqlite":
            number = number.scaleb(-self.scale)
        return number.quantize(self.step)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        """Return the type of a plain Python value next to the column; see `check_operand`."""
        if op is None:
            return self
        self.check_operand(op, value)
        return Integer() if op is operator.mul else self

    def fits(self, value: Decimal) -> bool:
        """Return whether the column can store `value` without rounding."""
        if not value.is_finite() or not value:
            return value.is_finite()
        return value.adjusted() < self.precision - self.scale and value == value.quantize(self.step)

    def check_operand(self, op: OperatorType, value: Any) -> None:
        """Raise `TypeError` if the stored integers of SQLite would give a wrong result."""
        kind = getattr(value, "type", None)
        if op is operator.mul:
            exact = isinstance(value, int) or isinstance(kind, Integer)
        elif op in (operator.truediv, operator.floordiv, operator.mod):
            exact = False
        else:
            same = isinstance(kind, ExactDecimal) and kind.scale == self.scale
            exact = same or not isinstance(kind, TypeEngine) or isinstance(kind, NullType)
        if not exact:
            raise TypeError(f"SQLite cannot apply {op.__name__} to {self!r}; calculate in Python.")
