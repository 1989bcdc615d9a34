"""The servers and the browser that some tests need, and the sentences that say one is missing."""

import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import psycopg
import pymysql
import pytest

PORTS = {"PostgreSQL": 5432, "MySQL": 3306, "Redis": 6379}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@cache
def answers(service: str) -> bool:
    """Tell whether `service` answers on its usual port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", PORTS[service]), timeout=1).close()
    except OSError:
        return False
    return True


def missing(sentence: str, variable: str) -> None:
    """Skip the test with `sentence`; fail it where `variable` says that nothing may be missing."""
    if os.environ.get(variable) == "1":
        pytest.fail(f"{sentence} ({variable}=1)", pytrace=False)
    pytest.skip(sentence)


def require(service: str) -> None:
    """Skip or fail the test when `service` does not answer."""
    if not answers(service):
        port = PORTS[service]
        missing(f"No {service} server answers on 127.0.0.1:{port}.", "REQUIRE_SERVICES")


def require_browser() -> str:
    """Return the path of a Chromium browser; skip or fail the test when there is none."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    missing("No Chromium browser is installed.", "REQUIRE_BROWSER")
    raise AssertionError


def execute(service: str, statement: str) -> None:
    """Run a statement that creates or drops a database, as the server's administrator."""
    if service == "PostgreSQL":
        with psycopg.connect(
            "postgresql://postgres@127.0.0.1:5432/postgres", autocommit=True
        ) as link:
            link.execute(statement.encode())
    else:
        with pymysql.connect(host="127.0.0.1", user="root", autocommit=True) as server:
            server.cursor().execute(statement)


@contextmanager
def database(service: str) -> Iterator[str]:
    """Create an empty database on `service`; give its URL; drop it afterwards."""
    name = f"kiln_{uuid.uuid4().hex[:12]}"
    if service == "PostgreSQL":
        url = f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}"
        execute(service, f"CREATE DATABASE {name}")
        drop = f"DROP DATABASE {name} WITH (FORCE)"
    else:
        url = f"mysql+pymysql://root@127.0.0.1:3306/{name}"
        execute(service, f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        drop = f"DROP DATABASE {name}"
    try:
        yield url
    finally:
        execute(service, drop)
