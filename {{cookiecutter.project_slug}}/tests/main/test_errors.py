"""The HTML error pages."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app import create_app
from app.extensions import db
from tests.conftest import SETTINGS
from tests.support.factories import create_user
from tests.support.web import LogIn

TECHNICAL_WORDS = ("requested URL", "transmitted exceeds", "Method Not Allowed", "CSRF", "Entity")


@pytest.fixture
def failing() -> Iterator[Flask]:
    """Yield an application with a view for each error code, and one without a database."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "PROPAGATE_EXCEPTIONS": False})
    app.add_url_rule("/fail/<int:code>", "fail", lambda code: abort(code))

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("the secret reason")

    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_error_pages_have_no_technical_words(failing: Flask, code: int) -> None:
    response = failing.test_client().get(f"/fail/{code}")
    assert response.status_code == code
    assert not [word for word in TECHNICAL_WORDS if word in response.text]
    assert 'content="noindex"' in response.text


def test_the_page_of_413_names_the_limit(client: FlaskClient) -> None:
    response = client.post("/login", data={"email": "x" * (1024 * 1024 + 1)})
    assert response.status_code == 413
    assert "at most 1 MB" in response.text


def test_the_page_of_429_names_the_time_to_wait(client: FlaskClient) -> None:
    for _ in range(11):
        response = client.post("/login", data={"email": "ann@example.com", "password": "wrong"})
    assert response.status_code == 429
    assert "Try again in 15 minutes." in response.text
    for _ in range(11):
        response = client.post("/register")
    assert "Try again in 60 minutes." in response.text


def test_the_page_of_500_names_the_request(failing: Flask) -> None:
    response = failing.test_client().get("/broken")
    assert response.status_code == 500
    assert response.headers["X-Request-ID"] in response.text
    assert "secret reason" not in response.text


def test_error_pages_have_the_account_menu(log_in: LogIn) -> None:
    browser = log_in(create_user(name="Grace"))
    response = browser.get("/nowhere")
    assert response.status_code == 404
    assert "Grace" in response.text
    assert "Log in" in browser.application.test_client().get("/nowhere").text


@pytest.mark.parametrize(
    ("kind", "status", "heading"),
    [
        (OperationalError, 503, "We will be back soon"),
        (ProgrammingError, 500, "Something went wrong"),
    ],
)
def test_the_user_is_not_loaded_from_a_database_that_failed(
    log_in: LogIn,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: type[DBAPIError],
    status: int,
    heading: str,
) -> None:
    browser = log_in(create_user())
    monkeypatch.setitem(browser.application.config, "PROPAGATE_EXCEPTIONS", False)

    def fail() -> None:
        raise kind("SELECT 1", None, Exception("no server"))

    monkeypatch.setitem(browser.application.view_functions, "main.home", fail)
    statements.clear()
    response = browser.get("/")
    assert response.status_code == status
    assert heading in response.text
    assert statements == []
