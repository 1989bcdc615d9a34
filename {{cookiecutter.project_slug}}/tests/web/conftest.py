"""Fixtures of the page tests."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.auth.models import User
from tests.factories import PASSWORD

Login = Callable[..., FlaskClient]


@pytest.fixture(autouse=True)
def without_csrf(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests post forms without the token; `with_csrf` takes it back."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)


@pytest.fixture
def with_csrf(without_csrf: None, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the token, as in production."""
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


@pytest.fixture
def login(app: Flask) -> Login:
    """Return a function that returns a browser in which a user is logged in."""

    def log_in(user: User, **fields: str) -> FlaskClient:
        browser = app.test_client()
        form = {"email": user.email, "password": PASSWORD} | fields
        assert browser.post("/login", data=form).status_code == 302
        return browser

    return log_in


def csrf_token(html: str) -> str:
    """Return the token of the first form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found, "The page has no form with a token."
    return found[1]
