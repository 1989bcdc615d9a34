"""The application behind reverse proxies and host names."""

from flask import request

from app import create_app
from tests.conftest import SETTINGS


def test_only_the_configured_number_of_proxies_is_trusted() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "TRUSTED_PROXIES": 1})

    @app.get("/address")
    def address() -> str:
        return f"{request.remote_addr} {request.scheme}"

    headers = {"X-Forwarded-For": "1.1.1.1, 2.2.2.2", "X-Forwarded-Proto": "https"}
    assert app.test_client().get("/address", headers=headers).text == "2.2.2.2 https"


def test_requests_for_other_hosts_are_refused() -> None:
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://", "TRUSTED_HOSTS": ["a.example"]})
    assert app.test_client().get("/healthz", base_url="http://a.example").status_code == 200
    assert app.test_client().get("/healthz", base_url="http://b.example").status_code == 400
