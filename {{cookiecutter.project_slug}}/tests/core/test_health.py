"""The health endpoints `/healthz` and `/readyz`."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.extensions import db


def test_health_endpoints_report_the_process_and_the_database(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok", "checks": {"database": "ok"}}


def test_readiness_without_redis_is_degraded(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json == {
        "status": "degraded",
        "checks": {"database": "ok", "redis": "unreachable"},
    }


def test_readiness_fails_without_database(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("SELECT 1", None, Exception("no server"))

    monkeypatch.setattr(db.session, "execute", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json == {
        "status": "unavailable",
        "checks": {"database": "unreachable"},
    }
    assert client.get("/healthz").status_code == 200


def test_readiness_checks_redis_if_it_is_configured(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("redis.Redis.ping", lambda self: True)
    monkeypatch.setitem(app.config, "REDIS_URL", "redis://127.0.0.1:1")
    assert client.get("/readyz").get_json()["checks"] == {"database": "ok", "redis": "ok"}
