"""What caches may keep: nothing that belongs to one visitor."""

from collections.abc import Iterator

import pytest
from flask import Flask, make_response, session
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from app import create_app
from tests.conftest import SETTINGS


@pytest.fixture
def visitor() -> Iterator[FlaskClient]:
    """Yield a client of an application with views that use cookies, the session or nothing."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})
    add_views(app)
    with app.test_client() as client:
        yield client


def add_views(app: Flask) -> None:
    """Add the views."""

    @app.get("/plain")
    def plain() -> str:
        return "for everybody"

    @app.get("/read")
    def read() -> str:
        return str(session.get("name", "nobody"))

    @app.get("/write")
    def write() -> str:
        session["name"] = "Ann"
        return "written"

    @app.get("/cookie")
    def cookie() -> Response:
        response = make_response("a cookie")
        response.set_cookie("theme", "dark")
        response.cache_control.public = True
        return response

    @app.get("/private")
    def private() -> Response:
        response = make_response(session.get("name", "nobody"))
        response.cache_control.private = True
        response.cache_control.max_age = 60
        return response


def kept(client: FlaskClient, path: str) -> str | None:
    """Return the header Cache-Control of the response to `path`."""
    return client.get(path).headers.get("Cache-Control")


def test_responses_of_one_visitor_are_not_stored(visitor: FlaskClient) -> None:
    assert kept(visitor, "/cookie") == "no-store"
    assert kept(visitor, "/write") == "no-store"
    assert kept(visitor, "/read") == "no-store"
    assert kept(visitor, "/private") == "private, max-age=60"


def test_responses_for_everybody_can_be_stored(visitor: FlaskClient) -> None:
    assert kept(visitor, "/plain") is None
    assert kept(visitor, "/read") is None
    visitor.get("/write")
    assert kept(visitor, "/plain") is None
