"""Sample rows, descriptions of models, and migrations: also for types that SQLite lacks."""

import enum
import uuid
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, Enum, ForeignKey, String, create_engine
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB, TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import UserDefinedType

from app.auth.models import Role
from app.extensions import db
from report import model_descriptions, samples, test_app
from report.checks import models
from report.findings import NotMeasuredError
from report.migration_database import empty_database
from report.routes import Route


class OwnBase(DeclarativeBase):
    """Models that are in no database."""


class Shape(UserDefinedType[Any]):
    """A type of another package, which names no Python type."""

    cache_ok = True

    def get_col_spec(self, **options: object) -> str:
        """Return the SQL type."""
        return "SHAPE"


class Size(enum.Enum):
    """An enumeration without a default."""

    SMALL = "s"
    LARGE = "l"


class Parcel(OwnBase):
    """A parcel."""

    __tablename__ = "parcels"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(5))
    sent: Mapped[datetime | None]
    fragile: Mapped[bool] = mapped_column(default=False)
    sender_id: Mapped[int] = mapped_column(ForeignKey("parcels.id", ondelete="SET NULL"))


class Ticket(OwnBase):
    """A model with a UUID, JSON, enumerations, and a nullable column of an unknown type."""

    __tablename__ = "tickets"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    size: Mapped[Size]
    color: Mapped[str] = mapped_column(Enum("red", "blue"))
    shape: Mapped[Any | None] = mapped_column(Shape())
    seats: Mapped[list["Seat"]] = relationship()


class Seat(OwnBase):
    """A model with a composite primary key."""

    __tablename__ = "seats"

    row: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)


class Place(OwnBase):
    """A model with a required column of an unknown type, and types of PostgreSQL."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    shape: Mapped[Any] = mapped_column(Shape())
    address: Mapped[str] = mapped_column(INET)
    words: Mapped[Any] = mapped_column(TSVECTOR)
    tags: Mapped[list[str]] = mapped_column(ARRAY(String))
    more: Mapped[dict[str, Any]] = mapped_column(JSONB)


MAPPERS = [each.__mapper__ for each in (Parcel, Ticket, Seat, Place)]


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Yield a session for these models, which the report uses in place of the project's."""
    engine = create_engine("sqlite://")
    for table in (Parcel.__table__, Ticket.__table__, Seat.__table__):
        table.create(engine)  # type: ignore[attr-defined]  # declared as FromClause
    with Session(engine) as session:
        monkeypatch.setattr(samples, "db", SimpleNamespace(session=session))
        monkeypatch.setattr(samples, "sorted_mappers", lambda: MAPPERS)
        yield session
    engine.dispose()


def test_samples_fit_the_columns() -> None:
    row = samples.sample(Parcel.__mapper__, 2)
    values = [getattr(row, name) for name in ("label", "sender_id", "fragile")]
    assert values == ["2 sam", 2, None]
    assert samples.sample_value(Column("role", Enum(Role)), 1) is Role.USER


def test_keys_of_any_kind_agree(session: Session) -> None:
    failures = samples.add_samples([1, 2])
    assert list(failures) == ["Place"], failures
    assert "no sample value for shape, Shape" in failures["Place"]
    ticket = session.get_one(Ticket, uuid.UUID(int=2))
    assert (ticket.size, ticket.color, ticket.data, ticket.shape) == (Size.SMALL, "red", {}, None)
    assert session.get_one(Seat, (2, uuid.UUID(int=2)))
    assert samples.text_values(1)["label"] == "1 sam"
    assert isinstance(samples.find_sample(Seat.__mapper__, 1), Seat)


def test_tables_that_cannot_be_created_are_named(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_app, "Base", OwnBase)
    engine = create_engine("sqlite://")
    monkeypatch.setattr(test_app, "db", SimpleNamespace(engine=engine))
    created, failures = test_app.create_tables()
    assert {table.name for table in created} == {"parcels", "tickets", "seats"}
    assert list(failures) == ["places"]
    engine.dispose()


def test_accounts_with_more_required_values_are_created(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_user(email: str, name: str, password: str, role: Role, phone: str) -> None:
        """Require one more value."""

    monkeypatch.setattr(test_app, "create_user", create_user)
    user = test_app.add_account("a@example.com", "A", Role.USER, 7)
    db.session.commit()
    assert (user.id, user.email) == (7, "a@example.com")


def test_every_type_can_be_described() -> None:
    described = {each.name: each for each in map(model_descriptions.describe, MAPPERS)}
    types = {field.name: field.type for field in described["Place"].fields}
    assert types["shape"] == "SHAPE"
    assert types["words"] == "TSVECTOR"
    assert types["tags"] == "list, ARRAY"
    assert types["more"] == "JSONB"
    assert described["Ticket"].relationships == ["A Ticket has many Seat (seats)."]


def test_foreign_keys_without_relationship_are_described() -> None:
    sentence = "A Parcel refers to a row of parcels (sender_id), and stays without it."
    assert model_descriptions.describe(Parcel.__mapper__).relationships == [sentence]


def test_missing_indexes_and_migrations_are_described() -> None:
    table = Parcel.__table__
    key = next(iter(table.foreign_key_constraints))  # type: ignore[attr-defined]
    assert not models.is_indexed(table, key)  # type: ignore[arg-type]
    difference = ("add_column", None, "parcels", SimpleNamespace(name="weight"))
    assert models.describe_difference([difference]) == "add_column parcels.weight"


def test_rules_with_text_and_uuids_get_urls() -> None:
    kinds = {"key": "number", "name": "unicode", "token": "uuid"}
    route = Route("/a/<int:key>/<name>/<uuid:token>", "GET", "a", kinds)
    assert route.url(7, {"name": "b c?"}) == f"/a/7/b%20c%3F/{uuid.UUID(int=7)}"
    assert route.names_an_object


@pytest.mark.parametrize(
    ("server", "url", "reason"),
    [
        ("PostgreSQL", "sqlite:///app.db", "set DATABASE_URL to the URL of a PostgreSQL server"),
        ("MySQL", "no url", "set DATABASE_URL to the URL of a MySQL server"),
    ],
)
def test_a_server_that_is_missing_is_named(server: str, url: str, reason: str) -> None:
    with pytest.raises(NotMeasuredError, match=reason), empty_database(server, url):
        pass


def test_sqlite_needs_no_server() -> None:
    with empty_database("SQLite", "sqlite:///app.db") as url:
        assert url == "sqlite://"
