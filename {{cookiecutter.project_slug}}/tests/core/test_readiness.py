"""Readiness when a server that the application can do without is down."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


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
