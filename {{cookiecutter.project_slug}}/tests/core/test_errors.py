"""Responses to errors."""

from flask import Flask


def test_production_requires_https_and_hides_the_exception(production: Flask) -> None:
    response = production.test_client().get("/broken")
    assert response.status_code == 500
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "secret reason" not in response.text
    assert "Traceback" not in response.text


def test_a_response_given_to_abort_is_not_changed(production: Flask) -> None:
    response = production.test_client().get("/teapot")
    assert (response.status_code, response.text) == (418, "short and stout")
