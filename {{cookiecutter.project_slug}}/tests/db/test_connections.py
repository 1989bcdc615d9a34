"""Connections to a database server. SQLite has none, so most tests need `TEST_DATABASE_URL`."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.db.connections import SECONDS_WITHOUT_PING
from app.extensions import db


@pytest.fixture
def server(app: Flask) -> str:
    """Return the name of the database server's dialect."""
    name = db.engine.dialect.name
    if name == "sqlite":
        pytest.skip("SQLite has no server")
    db.session.remove()
    db.engine.dispose()
    return name


def return_to_pool(*, seconds_ago: float, is_closed: bool = False) -> None:
    """Use a connection, and make it look as if it was returned to the pool `seconds_ago`."""
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 2"))
        info, driver_connection = connection.info, connection.connection.driver_connection
    info["checked_in"] -= seconds_ago
    if is_closed and driver_connection is not None:
        driver_connection.close()


@pytest.mark.parametrize("seconds_ago", [0, SECONDS_WITHOUT_PING])
def test_only_an_idle_connection_is_pinged(
    server: str, statements: list[str], seconds_ago: float
) -> None:
    return_to_pool(seconds_ago=seconds_ago)
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 3"))
    assert [sql for sql in statements if sql == "SELECT 1"] == ["SELECT 1"] * bool(seconds_ago)


def test_a_connection_that_was_closed_while_it_was_idle_is_replaced(server: str) -> None:
    return_to_pool(seconds_ago=SECONDS_WITHOUT_PING, is_closed=True)
    assert db.session.scalar(text("SELECT 3")) == 3


def test_postgresql_sends_times_in_utc(server: str) -> None:
    if server != "postgresql":
        pytest.skip("the setting is PostgreSQL's")
    with db.engine.connect() as connection:
        assert connection.scalar(text("SHOW TimeZone")) == "UTC"
        connection.rollback()
        assert connection.scalar(text("SHOW TimeZone")) == "UTC"


def test_an_idle_connection_of_sqlite_keeps_its_transaction(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the exception is SQLite's")
    with db.engine.connect() as connection:
        info = connection.info
    info["checked_in"] = info.get("checked_in", 0) - SECONDS_WITHOUT_PING
    with db.engine.connect() as connection:
        assert not connection.in_transaction()
