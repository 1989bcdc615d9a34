"""Security headers, and URLs with NUL characters."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import security_headers


def test_headers_are_strict(client: FlaskClient) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/healthz?q=%00", "/healthz?%00=a", "/healthz/%00"])
def test_nul_characters_in_a_url_are_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_the_content_security_policy_allows_the_nonce(app: Flask) -> None:
    with app.test_request_context():
        nonce = security_headers.csp_nonce()
        assert security_headers.csp_nonce() == nonce
        assert f"script-src 'self' 'nonce-{nonce}';" in security_headers.content_security_policy()
