"""Fixtures of the tests of app/core."""

import logging
from collections.abc import Iterator

import pytest
from flask import Flask, abort

from app import create_app
from app.core import logging as request_logging
from tests.conftest import SETTINGS, STRONG_SECRETS

PRODUCTION = SETTINGS | STRONG_SECRETS | {"APP_ENV": "production", "DATABASE_URL": "sqlite://"}


@pytest.fixture
def production() -> Iterator[Flask]:
    """Yield an application with the production configuration and two views that fail."""
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
