"""Request ids, and logs as JSON in production."""

import json

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from app.core import logging as request_logging


def test_production_logs_json_with_the_request_id(
    production: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    request_logging.configure("json", "INFO")
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
def test_invalid_request_ids_are_replaced(client: FlaskClient, given: str) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(response.headers["X-Request-ID"]) == 32


def test_log_context_does_not_leak_into_the_next_request(client: FlaskClient) -> None:
    client.get("/healthz", headers={"X-Request-ID": "first-request"})
    client.get("/healthz", headers={"X-Request-ID": "second-request"})
    assert structlog.contextvars.get_contextvars() == {"request_id": "second-request"}
