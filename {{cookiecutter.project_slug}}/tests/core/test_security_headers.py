"""Security headers, and requests with NUL characters."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core import security_headers
from tests.conftest import SETTINGS
from tests.core.conftest import PRODUCTION


def test_headers_are_strict(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/healthz?q=%00", "/healthz?%00=a", "/healthz/%00"])
def test_nul_characters_in_a_url_are_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_nul_characters_in_a_form_are_refused(app: Flask, client: FlaskClient) -> None:
    assert client.post("/healthz", data={"a": "\0"}).status_code in (400, 405)


def test_the_content_security_policy_allows_the_nonce(app: Flask) -> None:
    with app.test_request_context():
        nonce = security_headers.csp_nonce()
        assert security_headers.csp_nonce() == nonce
        assert f"script-src 'self' 'nonce-{nonce}';" in security_headers.content_security_policy()


def test_a_header_that_a_view_sets_wins_and_is_not_doubled() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})

    @app.get("/framed")
    def framed() -> tuple[str, dict[str, str]]:
        return "", {"x-frame-options": "SAMEORIGIN", "Content-Security-Policy": "default-src *"}

    headers = app.test_client().get("/framed").headers
    assert headers.getlist("X-Frame-Options") == ["SAMEORIGIN"]
    assert headers.getlist("Content-Security-Policy") == ["default-src *"]
    assert headers.getlist("X-Content-Type-Options") == ["nosniff"]


@pytest.mark.parametrize(
    ("cdn", "policy"), [("", "same-origin"), ("https://cdn.example", "cross-origin")]
)
def test_other_sites_may_load_files_only_through_a_cdn(cdn: str, policy: str) -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "CDN_URL": cdn})
    headers = app.test_client().get("/healthz").headers
    assert headers["Cross-Origin-Resource-Policy"] == policy


def test_pages_may_use_no_device(client: FlaskClient) -> None:
    policy = client.get("/healthz").headers["Permissions-Policy"]
    for feature in ("camera", "geolocation", "microphone", "payment", "usb", "serial"):
        assert f"{feature}=()" in policy.split(", ")


def test_how_long_browsers_use_https_only_is_configurable() -> None:
    app = create_app(PRODUCTION | {"HSTS": "max-age=60; includeSubDomains"})
    headers = app.test_client().get("/healthz").headers
    assert headers["Strict-Transport-Security"] == "max-age=60; includeSubDomains"
