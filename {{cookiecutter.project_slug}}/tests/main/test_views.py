"""The home page and the dashboard."""

from flask import Flask
from flask.testing import FlaskClient

from tests.support.factories import create_user
from tests.support.web import LogIn


def test_the_title_of_the_home_page_is_the_name_of_the_project(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get("/").status_code == 200
    assert "<title>" in client.get("/").text


def test_the_dashboard_shows_the_name(log_in: LogIn) -> None:
    assert "Ann" in log_in(create_user(name="Ann")).get("/dashboard").text
