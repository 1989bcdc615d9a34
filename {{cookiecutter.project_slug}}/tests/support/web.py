"""Fixtures and helpers for tests of pages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth.models import User
from tests.support.factories import PASSWORD

LogIn = Callable[..., FlaskClient]


@pytest.fixture
def with_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Require the CSRF token, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def log_in(app: Flask) -> LogIn:
    """Return a function that returns a client in which a user is logged in."""

    def open_browser(user: User, **fields: str) -> FlaskClient:
        browser = app.test_client()
        form = {"email": user.email, "password": PASSWORD} | fields
        assert browser.post("/login", data=form).status_code == 302
        return browser

    return open_browser


def csrf_token(html: str) -> str:
    """Return the CSRF token of the first form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "The page has no form with a token."
    return found[1]
