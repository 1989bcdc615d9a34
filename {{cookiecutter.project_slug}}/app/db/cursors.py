"""Cursors of seek pagination: column values as text that fits into a URL, and back.

A cursor comes back from the client, so every value is checked before it reaches the database:
PostgreSQL raises an error for a value that its column type cannot hold.
"""

import base64
import enum
import json
import math
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Double, Enum, Float, Numeric, Uuid
from sqlalchemy.types import TypeEngine

from app.db.types import ExactDecimal, UtcDateTime, is_storable

LIMIT_OF_INTEGERS = 2**63
# More than the 65 digits of MySQL's NUMERIC, and fewer than PostgreSQL's limit.
MOST_DIGITS = 100


class CursorError(ValueError):
    """The cursor cannot be decoded, or its values do not fit the columns of this order."""

    def __init__(self) -> None:
        """Set the message, which is the same for every cause."""
        super().__init__("The cursor of this page is not valid. Start with the first page.")


def encode(values: list[Any]) -> str:
    """Return the cursor that holds the column values `values`."""
    text = json.dumps([_to_json(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, types: list[TypeEngine[Any]]) -> list[Any]:
    """Return the column values that `cursor` holds, one for each of the column types `types`.

    Raises `CursorError` if the cursor does not hold exactly one valid value for each type.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        contents = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        pairs = zip(contents, types, strict=True)
        return [_reader(type_)(content, type_) for content, type_ in pairs]
    # RecursionError: deeply nested JSON. ArithmeticError: invalid decimals, dates out of range.
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError) as error:
        raise CursorError from error


def is_supported(type_: TypeEngine[Any]) -> bool:
    """Return whether cursors support the column type `type_` on every database.

    Two types are not supported because of MySQL: its FLOAT does not return the number that it
    compares, and its ENUM is sorted by position but compared by text.
    """
    if isinstance(type_, Enum):
        return not type_.native_enum
    if isinstance(type_, Float):
        is_double = isinstance(type_, Double) or (type_.precision or 0) > 24
        return is_double and not type_.asdecimal
    if isinstance(type_, Numeric):
        return bool(type_.asdecimal)
    try:
        return type_.python_type in READERS
    except NotImplementedError:
        return False


def parameter_type(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Return the type of the parameter that is compared with a column of the type `type_`.

    It is a 64-bit integer for every integer column, so that no valid cursor is out of range.
    """
    return BigInteger() if type_.python_type is int else type_


def _to_json(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (Decimal, uuid.UUID)) else value


def _reader(type_: TypeEngine[Any]) -> "Reader":
    if isinstance(type_, Enum):
        return _read_enum
    return _read_uuid if isinstance(type_, Uuid) else READERS[type_.python_type]


def _of_type(content: Any, expected: type) -> Any:
    # Not isinstance(): True is an instance of int, and a datetime is one of date.
    if type(content) is not expected:
        raise TypeError(f"{content!r} is not of {expected}.")
    return content


def _check(valid: bool, content: Any) -> None:
    if not valid:
        raise ValueError(f"{content!r} cannot be compared with the column.")


def _read_boolean(content: Any, type_: TypeEngine[Any]) -> bool:
    return bool(_of_type(content, bool))


def _read_integer(content: Any, type_: TypeEngine[Any]) -> int:
    number = int(_of_type(content, int))
    _check(-LIMIT_OF_INTEGERS <= number < LIMIT_OF_INTEGERS, content)
    return number


def _read_float(content: Any, type_: TypeEngine[Any]) -> float:
    number = float(_of_type(content, float))
    _check(math.isfinite(number), content)
    return number


def _read_decimal(content: Any, type_: TypeEngine[Any]) -> Decimal:
    number = Decimal(_of_type(content, str))
    _check(number.is_finite() and abs(number.adjusted()) < MOST_DIGITS, content)
    _check(not isinstance(type_, ExactDecimal) or type_.fits(number), content)
    return number


def _read_date(content: Any, type_: TypeEngine[Any]) -> date:
    return date.fromisoformat(content)


def _read_datetime(content: Any, type_: TypeEngine[Any]) -> datetime:
    moment = datetime.fromisoformat(content)
    if not isinstance(type_, UtcDateTime):
        return moment
    _check(moment.tzinfo is not None, content)
    return moment.astimezone(UTC)


def _read_string(content: Any, type_: TypeEngine[Any]) -> str:
    text = str(_of_type(content, str))
    _check(is_storable(text), content)
    return text


def _read_uuid(content: Any, type_: TypeEngine[Any]) -> uuid.UUID | str:
    value = uuid.UUID(_of_type(content, str))
    return value if type_.python_type is uuid.UUID else str(value)


def _read_enum(content: Any, type_: TypeEngine[Any]) -> Any:
    members = type_.python_type
    if issubclass(members, enum.Enum):
        return members[content]
    _check(isinstance(type_, Enum) and content in type_.enums, content)
    return content


# A reader converts a JSON value to the value of a column. It raises an exception if the value is
# not valid for the column's type.
Reader = Callable[[Any, TypeEngine[Any]], Any]
READERS: dict[type, Reader] = {
    bool: _read_boolean,
    int: _read_integer,
    float: _read_float,
    Decimal: _read_decimal,
    date: _read_date,
    datetime: _read_datetime,
    str: _read_string,
    uuid.UUID: _read_uuid,
}
