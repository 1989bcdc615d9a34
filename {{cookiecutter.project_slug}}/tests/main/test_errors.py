"""Error pages, in the words of people."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app import create_app
from app.extensions import db
from tests.conftest import SETTINGS
from tests.support.factories import create_user
from tests.support.web import LogIn

PROTOCOL = ("requested URL", "transmitted exceeds", "Method Not Allowed", "CSRF", "Entity")


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
def test_errors_are_told_in_words_of_people(failing: Flask, code: int) -> None:
    answer = failing.test_client().get(f"/fail/{code}")
    assert answer.status_code == code
    assert not [words for words in PROTOCOL if words in answer.text]
    assert 'content="noindex"' in answer.text


def test_what_is_too_large_is_told_with_the_limit(client: FlaskClient) -> None:
    answer = client.post("/login", data={"email": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert "at most 1 MB" in answer.text


def test_too_many_attempts_are_told_with_the_time_to_wait(client: FlaskClient) -> None:
    for _ in range(11):
        answer = client.post("/login", data={"email": "ann@example.com", "password": "wrong"})
    assert answer.status_code == 429
    assert "Try again in 15 minutes." in answer.text
    for _ in range(11):
        answer = client.post("/register")
    assert "Try again in 60 minutes." in answer.text


def test_a_failure_names_the_request(failing: Flask) -> None:
    answer = failing.test_client().get("/broken")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.text
    assert "secret reason" not in answer.text


def test_the_account_stays_on_error_pages(log_in: LogIn) -> None:
    browser = log_in(create_user(name="Grace"))
    answer = browser.get("/nowhere")
    assert answer.status_code == 404
    assert "Grace" in answer.text
    assert "Log in" in browser.application.test_client().get("/nowhere").text


def test_a_broken_database_is_not_asked_for_the_account(
    log_in: LogIn, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = log_in(create_user())
    monkeypatch.setitem(browser.application.config, "PROPAGATE_EXCEPTIONS", False)

    def fail() -> None:
        raise OperationalError("SELECT 1", None, Exception("no server"))

    monkeypatch.setitem(browser.application.view_functions, "main.home", fail)
    statements.clear()
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert statements == []
