"""Requests from pages of other sites."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import ConfigurationError
from tests.conftest import SETTINGS

SITE = "https://site.example"


def test_no_other_site_may_call_by_default(client: FlaskClient) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": "GET"}
    for method in ("GET", "OPTIONS"):
        response = client.open("/api/openapi.json", method=method, headers=headers)
        assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.fixture
def open_client(app: Flask) -> FlaskClient:
    """Return a client of an application whose API other sites may call."""
    database = {"DATABASE_URL": app.config["DATABASE_URL"]}
    return create_app(SETTINGS | database | {"CORS_ORIGINS": [SITE]}).test_client()


def test_configured_sites_may_call(open_client: FlaskClient) -> None:
    headers = {
        "Origin": SITE,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization",
    }
    response = open_client.options("/api/users/1", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization"
    assert "Access-Control-Allow-Credentials" not in response.headers
    response = open_client.get("/api/users/1", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(
    ("origin", "path"),
    [("https://evil.example", "/api/users/1"), (f"{SITE}.evil", "/api/users"), (SITE, "/healthz")],
)
def test_other_sites_and_paths_stay_blocked(
    open_client: FlaskClient, origin: str, path: str
) -> None:
    response = open_client.get(path, headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://www.example.com:0",
        "https://www.example.com:port",
        "https://www.example.com/page",
        "www.example.com",
        "https://*.example.com",
    ],
)
def test_origins_that_no_browser_sends_are_refused(
    monkeypatch: pytest.MonkeyPatch, origin: str
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origin)
    with pytest.raises(ConfigurationError, match="CORS_ORIGINS"):
        create_app(SETTINGS)
