"""The pages that belong to no feature."""

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import create_user
from tests.web.conftest import Login


def test_the_title_of_the_home_page_is_the_name_of_the_project(
    app: Flask, client: FlaskClient
) -> None:
    assert client.get("/").status_code == 200
    assert "<title>" in client.get("/").text


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_the_dashboard_greets(login: Login) -> None:
    assert "Ann" in login(create_user(name="Ann")).get("/dashboard").text
