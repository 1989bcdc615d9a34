"""Decimals on every database."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import CreateTableOp, UpgradeOps
from flask import Flask
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import StatementError

from app.db.types import ExactDecimal
from app.extensions import db
from tests.support.scratch import Sample, add_samples, scratch_tables

LARGE = Decimal("12345678901234.56")
VALUES = [LARGE, Decimal("0.1"), Decimal("-0.01"), Decimal("0.2"), -LARGE, Decimal(0), None]


@pytest.fixture(autouse=True)
def samples(app: Flask) -> Iterator[None]:
    """Store a sample for each of `VALUES`, which is its `total`."""
    with scratch_tables():
        add_samples("total", VALUES)
        yield


def ids(*conditions: Any) -> list[int]:
    """Return the ids of the samples that meet `conditions`, in the order of their totals."""
    query = select(Sample.id).where(*conditions).order_by(Sample.total, Sample.id)
    return list(db.session.scalars(query))


def test_decimals_are_stored_as_they_are() -> None:
    stored = db.session.scalars(select(Sample.total).order_by(Sample.id)).all()
    assert stored == VALUES
    assert str(stored[1]) == "0.10"


def test_decimals_are_sorted_and_compared_as_numbers() -> None:
    assert ids(Sample.total.is_not(None)) == [5, 3, 6, 2, 4, 1]
    assert ids(Sample.total == Decimal("0.10")) == [2]
    assert ids(Sample.total == LARGE) == [1]
    assert ids(Sample.total > Decimal("0.10")) == [4, 1]
    assert ids(Sample.total < 0) == [5, 3]
    assert ids(Sample.total.in_([LARGE, Decimal("0.2")])) == [4, 1]
    assert ids(Sample.total.between(Decimal("-0.01"), Decimal("0.1"))) == [3, 6, 2]
    assert ids(Sample.total == None) == [7]  # noqa: E711 - SQLAlchemy makes IS NULL of it
    assert ids(Sample.total == select(func.max(Sample.total)).scalar_subquery()) == [1]


def test_sums_are_exact() -> None:
    tenths = Sample.total.in_([Decimal("0.1"), Decimal("0.2")])
    assert db.session.scalar(select(func.sum(Sample.total)).where(tenths)) == Decimal("0.30")
    assert db.session.scalar(select(func.sum(Sample.total))) == Decimal("0.29")
    nothing = select(func.coalesce(func.sum(Sample.total), 0)).where(Sample.total.is_(None))
    assert db.session.scalar(nothing) == 0
    having = select(Sample.flag).where(tenths).group_by(Sample.flag)
    assert db.session.execute(having.having(func.sum(Sample.total) == Decimal("0.3"))).all()


def test_sums_and_products_with_whole_numbers_are_exact() -> None:
    row = Sample.id == 2
    db.session.execute(update(Sample).where(row).values(number=3))
    results: dict[ColumnElement[Any], str] = {
        Sample.total + Sample.total: "0.20",
        Sample.total - Decimal("0.3"): "-0.20",
        1 - Sample.total: "0.90",
        -Sample.total: "-0.10",
        Sample.total * 3: "0.30",
        3 * Sample.total: "0.30",
        Sample.total * Sample.number: "0.30",
        Sample.number * Sample.total: "0.30",
        func.sum(Sample.total * Sample.number): "0.30",
        func.avg(Sample.total, type_=ExactDecimal(18, 2)): "0.10",
    }
    for expression, expected in results.items():
        assert db.session.scalar(select(expression).where(row)) == Decimal(expected), expression


@pytest.mark.parametrize(
    "calculate",
    [
        lambda: Sample.total / 2,
        lambda: 1 / Sample.total,
        lambda: Sample.total * Decimal("1.19"),
        lambda: Decimal("1.19") * Sample.total,
        lambda: Sample.total * Sample.price,
        lambda: Sample.total + Sample.rate,
        lambda: Sample.total > Sample.number,
        lambda: Sample.total.between(Sample.number, 5),
    ],
)
def test_what_would_be_wrong_on_sqlite_is_refused(calculate: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="calculate in Python"):
        calculate()


@pytest.mark.parametrize(
    "value",
    [
        *map(
            Decimal,
            [
                "0.001",
                f"0.1{'0' * 40}1",
                "1e16",
                "-1e16",
                "NaN",
                "sNaN",
                "Infinity",
                "1e-9999",
                "1e9999",
            ],
        ),
        *[0.1, "0.1"],
    ],
)
def test_values_that_do_not_fit_are_refused(value: object) -> None:
    with pytest.raises(StatementError, match="round it first"):
        ids(Sample.total == value)


def test_values_that_need_no_rounding_are_accepted() -> None:
    assert ids(Sample.total == Decimal("0.1000")) == [2]
    assert ids(Sample.total == Decimal("0E+30")) == [6]
    assert ids(Sample.total == 0) == [6]
    assert ids(Sample.total < Decimal("9999999999999999.99"), Sample.total > Decimal("1E+3")) == [1]


@pytest.mark.parametrize(("precision", "scale"), [(19, 2), (2, 3), (5, -1)])
def test_more_digits_than_sqlite_holds_are_refused(precision: int, scale: int) -> None:
    with pytest.raises(ValueError, match="at most 18 digits"):
        ExactDecimal(precision, scale)


def test_migrations_can_import_the_type() -> None:
    table = Sample.metadata.tables[Sample.__tablename__]
    source = render_python_code(UpgradeOps([CreateTableOp.from_table(table)]))
    assert "app.db.types.ExactDecimal(precision=18, scale=6)" in source


def test_a_migrated_table_matches_the_model() -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": is_sample})
        assert compare_metadata(context, Sample.metadata) == []


def is_sample(item: object, name: str, kind: str, *rest: object) -> bool:
    """Tell whether Alembic compares this object: only the table of samples."""
    return kind != "table" or name == Sample.__tablename__
