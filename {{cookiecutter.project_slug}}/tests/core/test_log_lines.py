"""Log lines: request ids, one write each, no e-mail address, no parameters of statements."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import logging as request_logging
from app.extensions import db

THREADS, LINES = 4, 500
WRITER = f"""
import logging, sys, threading
import structlog
from app.core.logging import configure

def write_lines(log):
    for number in range({LINES}):
        log("x" * 200)

configure("json", "INFO")
sys.setswitchinterval(1e-6)
loggers = [structlog.get_logger().info, logging.getLogger("library").info] * {THREADS // 2}
threads = [threading.Thread(target=write_lines, args=[log]) for log in loggers]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    """Log as the other tests do when a test is over."""
    yield
    request_logging.configure("console", "WARNING")
    logging.getLogger().handlers.clear()


def test_our_lines_and_those_of_libraries_do_not_mix() -> None:
    command = [sys.executable, "-c", WRITER]
    done = subprocess.run(command, stderr=subprocess.PIPE, check=True)  # noqa: S603 - ours
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == THREADS * LINES


def test_email_addresses_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    request_logging.configure("json", "INFO")
    structlog.get_logger().info("mail to ann.smith+x@mail.example.com failed")
    logging.getLogger("a.library").warning("Key (email)=(ann@example.com) already exists.")
    try:
        raise ValueError("ann@example.com")
    except ValueError:
        structlog.get_logger().exception("failed")
    printed = capsys.readouterr().err
    assert "example.com" not in printed
    assert printed.count("(e-mail)") == 4  # the source line and the message of the exception
    assert len(printed.splitlines()) == 3


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_an_error_of_the_database_shows_no_row(
    app: Flask, capsys: pytest.CaptureFixture[str], log_format: str
) -> None:
    request_logging.configure(log_format, "INFO")
    # The columns that are left out must not be empty: the database refuses the row.
    statement = text("INSERT INTO users (id, email, password_hash) VALUES (1, :email, :hash)")
    row = {"email": "someone@example.com", "hash": "scrypt:1:secret"}
    try:
        db.session.execute(statement, row)
    except DBAPIError:
        structlog.get_logger().exception("failed")
    db.session.rollback()
    printed = capsys.readouterr().err
    assert "INSERT INTO users" in printed
    assert "secret" not in printed
    assert "someone" not in printed


def test_a_request_names_the_client(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    request_logging.configure("json", "INFO")
    app.test_client().get("/nowhere")
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["client"], line["status"]) == ("request", "127.0.0.1", 404)


def test_production_logs_json_with_the_request_id(
    production: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    request_logging.configure("json", "INFO")
    production.config["TRUSTED_PROXIES"] = 1
    production.test_client().get("/broken", headers={"X-Request-ID": "id-of-the-proxy"})
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    failure = next(line for line in lines if "exception" in line)
    assert "the secret reason" in failure["exception"]
    assert failure["request_id"] == "id-of-the-proxy"
    done = next(line for line in lines if line["event"] == "request")
    assert (done["method"], done["path"], done["status"]) == ("GET", "/broken", 500)
    assert done["milliseconds"] >= 0


def test_health_checks_are_not_logged(
    production: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    request_logging.configure("json", "INFO")
    production.test_client().get("/healthz")
    assert "healthz" not in capsys.readouterr().err


@pytest.mark.parametrize("given", ["", "short", "a b c d e f g h", "x" * 65, "{line}\\nfeed----"])
def test_invalid_request_ids_are_replaced(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", 1)
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(response.headers["X-Request-ID"]) == 32


def test_log_context_does_not_leak_into_the_next_request(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", 1)
    client.get("/healthz", headers={"X-Request-ID": "first-request"})
    client.get("/healthz", headers={"X-Request-ID": "second-request"})
    assert structlog.contextvars.get_contextvars() == {"request_id": "second-request"}
