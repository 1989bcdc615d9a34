"""Security headers beside those of a view, of a CDN and of the configuration."""

import pytest
from flask.testing import FlaskClient

from app import create_app
from tests.conftest import SETTINGS, STRONG_SECRETS

PRODUCTION = SETTINGS | STRONG_SECRETS | {"APP_ENV": "production", "DATABASE_URL": "sqlite://"}


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
