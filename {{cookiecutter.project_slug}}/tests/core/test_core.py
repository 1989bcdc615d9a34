"""What every request goes through: errors, headers, logs, health, static files, proxies."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import create_app
from app.config import SECRETS
from app.core import logging as request_logging
from app.core import security_headers
from app.extensions import db
from tests.conftest import SETTINGS

PRODUCTION = (
    SETTINGS
    | dict.fromkeys(SECRETS, "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA")
    | {"APP_ENV": "production", "DATABASE_URL": "sqlite://"}
)


@pytest.fixture
def production() -> Iterator[Flask]:
    """Yield an application with the production configuration and a view that fails."""
    app = create_app(PRODUCTION)

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the secret reason")

    @app.get("/teapot")
    def teapot() -> str:
        abort(app.response_class("short and stout", 418))

    yield app
    request_logging.configure("console", "WARNING")
    logging.getLogger().handlers.clear()


def test_health_says_that_the_process_and_the_database_answer(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "checks": {"database": "ok"}}


def test_readiness_fails_without_database_or_redis(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("no server"))

    monkeypatch.setattr(db.session, "execute", fail)
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "checks": {"database": "unreachable", "redis": "unreachable"},
    }
    assert client.get("/healthz").status_code == 200


def test_headers_are_strict(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_production_asks_for_https_and_hides_reasons(production: Flask) -> None:
    answer = production.test_client().get("/broken")
    assert answer.status_code == 500
    assert "max-age=63072000" in answer.headers["Strict-Transport-Security"]
    assert "secret reason" not in answer.text
    assert "Traceback" not in answer.text


def test_an_answer_given_to_abort_is_left_alone(production: Flask) -> None:
    answer = production.test_client().get("/teapot")
    assert (answer.status_code, answer.text) == (418, "short and stout")


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
def test_strange_request_ids_are_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert len(answer.headers["X-Request-ID"]) == 32


def test_structlog_lines_do_not_leak_into_the_next_request(client: FlaskClient) -> None:
    client.get("/healthz", headers={"X-Request-ID": "first-request"})
    client.get("/healthz", headers={"X-Request-ID": "second-request"})
    assert structlog.contextvars.get_contextvars() == {"request_id": "second-request"}


@pytest.mark.parametrize("path", ["/healthz?q=%00", "/healthz?%00=a", "/healthz/%00"])
def test_nul_characters_in_an_address_are_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_nul_characters_in_a_form_are_refused(app: Flask, client: FlaskClient) -> None:
    assert client.post("/healthz", data={"a": "\0"}).status_code in (400, 405)


def test_as_many_proxies_are_believed_as_are_configured() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "TRUSTED_PROXIES": 1})

    @app.get("/address")
    def address() -> str:
        from flask import request

        return f"{request.remote_addr} {request.scheme}"

    headers = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/address", headers=headers).text == "2.2.2.2 https"


def test_only_trusted_hosts_are_answered() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "TRUSTED_HOSTS": ["a.example"]})
    assert app.test_client().get("/healthz", base_url="http://a.example").status_code == 200
    assert app.test_client().get("/healthz", base_url="http://b.example").status_code == 400


def test_readiness_asks_redis_where_it_is_configured(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redis.Redis.ping", lambda self: True)
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
    assert client.get("/readyz").get_json()["checks"] == {"database": "ok", "redis": "ok"}


def test_the_policy_admits_elements_with_the_nonce_of_the_answer(app: Flask) -> None:
    with app.test_request_context():
        nonce = security_headers.csp_nonce()
        assert security_headers.csp_nonce() == nonce
        assert f"script-src 'self' 'nonce-{nonce}';" in security_headers.content_security_policy()
