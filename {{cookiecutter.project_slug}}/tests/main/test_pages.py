"""The pages that belong to no feature."""

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from app.core.template_filters import day, moment
from tests.support.factories import create_user
from tests.support.web import LogIn


def test_the_title_of_the_home_page_is_the_name_of_the_project(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get("/").status_code == 200
    assert "<title>" in client.get("/").text


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_the_dashboard_greets(log_in: LogIn) -> None:
    assert "Ann" in log_in(create_user(name="Ann")).get("/dashboard").text


def test_dates_are_written_for_people_and_for_programs() -> None:
    when = datetime(2026, 1, 2, 23, 59, tzinfo=UTC)
    start = '<time datetime="2026-01-02T23:59:00Z" data-local='
    assert day(when) == f'{start}"day">2 Jan 2026</time>'
    assert day(when, long=True) == f'{start}"day-long">2 January 2026</time>'
    assert moment(when) == f'{start}"moment">2 January 2026, 23:59 UTC</time>'


def test_only_answers_that_depend_on_the_visitor_vary_with_the_cookie(client: FlaskClient) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]
    for path in ("/static/app.css?v=1", "/healthz"):
        with client.get(path) as response:
            assert "Cookie" not in response.headers.get("Vary", ""), path
