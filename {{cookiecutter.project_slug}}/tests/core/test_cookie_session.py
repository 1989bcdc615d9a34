"""Requests that do not use the session."""

from flask.testing import FlaskClient


def test_a_visitor_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_only_responses_that_depend_on_the_visitor_vary_with_the_cookie(
    client: FlaskClient,
) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]
    for path in ("/static/app.css?v=1", "/healthz"):
        with client.get(path) as response:
            assert "Cookie" not in response.headers.get("Vary", ""), path
