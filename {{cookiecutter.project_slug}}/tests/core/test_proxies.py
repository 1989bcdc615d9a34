"""The application behind reverse proxies and host names."""

import pytest
from flask import Flask, redirect, request, url_for
from werkzeug.test import create_environ, run_wsgi_app
from werkzeug.wrappers import Response

from app import create_app
from app.extensions import db
from tests.conftest import SETTINGS

FORWARDED = {
    "X-Forwarded-For": "1.1.1.1, 2.2.2.2",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "forwarded.example",
}
IMPOSSIBLE = ["a..b", "..", "a" * 64, f"{'a' * 64}.example", "[::1.2]", "[:::::]:80"]
IMPOSSIBLE += ["xn--a", "a.XN--" + "a" * 50]


def make_app(**settings: object) -> Flask:
    """Return an application with these settings and some views."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"} | settings)

    @app.get("/address")
    def address() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    @app.get("/folder/")
    def folder() -> str:
        return "a folder"

    @app.get("/c.example/folder")
    def like_a_host() -> str:
        return "a path that looks like a host"

    @app.get("/absolute")
    def absolute() -> Response:
        return redirect(url_for("folder", q="http://b.example/", _external=True))

    @app.get("/away")
    def away() -> Response:
        return redirect("https://c.example/folder/")

    return app


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, "127.0.0.1 http localhost"),
        ({"TRUSTED_PROXIES": 1}, "2.2.2.2 https localhost"),
        ({"TRUSTED_PROXIES": 2}, "1.1.1.1 http localhost"),
        ({"TRUST_FORWARDED_HOST": True}, "127.0.0.1 http localhost"),
        (
            {"TRUSTED_PROXIES": 1, "TRUST_FORWARDED_HOST": True},
            "2.2.2.2 https forwarded.example",
        ),
    ],
)
def test_only_the_configured_proxies_and_headers_are_trusted(
    settings: dict[str, object], expected: str
) -> None:
    client = make_app(**settings).test_client()
    assert client.get("/address", headers=FORWARDED).text == expected


@pytest.mark.parametrize(("proxies", "is_kept"), [(0, False), (1, True)])
def test_the_id_of_a_request_is_that_of_a_trusted_proxy(proxies: int, is_kept: bool) -> None:
    client = make_app(TRUSTED_PROXIES=proxies).test_client()
    response = client.get("/address", headers={"X-Request-ID": "id-of-the-proxy"})
    assert (response.headers["X-Request-ID"] == "id-of-the-proxy") is is_kept


def test_requests_for_other_hosts_are_refused() -> None:
    client = make_app(TRUSTED_HOSTS=["a.example"]).test_client()
    assert client.get("/address", base_url="http://a.example").status_code == 200
    for path in ("/address", "/", "/nowhere", "/address?x=%00"):
        assert client.get(path, base_url="http://b.example").status_code == 400, path


def test_load_balancers_check_by_address() -> None:
    app = make_app(TRUSTED_HOSTS=[".a.example"])
    for path in ("/healthz", "/readyz"):
        response = app.test_client().get(path, base_url="http://10.0.0.1:8000")
        assert response.status_code == 200
    with app.app_context():
        db.engine.dispose()  # `/readyz` has opened a connection


@pytest.mark.parametrize("host", IMPOSSIBLE)
@pytest.mark.parametrize("path", ["/", "/address", "/nowhere", "/address?x=%00", "/folder"])
def test_a_host_that_cannot_exist_is_a_bad_request(host: str, path: str) -> None:
    environ = create_environ(path) | {"HTTP_HOST": host}  # the test client refuses such hosts
    _, status, headers = run_wsgi_app(make_app(PROPAGATE_EXCEPTIONS=False), environ)
    assert status == "400 BAD REQUEST"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "Evil.example", "[::1]:80"])
@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/folder?q=1", "/folder/?q=1"),
        ("//c.example//folder", "/c.example/folder"),
        ("/absolute", "/folder/?q=http://b.example/"),
        ("/away", "https://c.example/folder/"),
    ],
)
def test_redirects_do_not_repeat_the_host_of_the_request(
    host: str, path: str, location: str
) -> None:
    client = make_app().test_client(use_cookies=False)
    response = client.get("/", headers={"Host": host}, environ_overrides=split(path))
    assert response.status_code in (302, 308)
    assert response.headers["Location"] == location


def split(path: str) -> dict[str, str]:
    """Return the WSGI variables of a path that the test client would change."""
    name, _, query = path.partition("?")
    return {"PATH_INFO": name, "QUERY_STRING": query}


def test_redirects_keep_the_path_below_which_the_application_is_served() -> None:
    response = make_app().test_client().get("/folder", base_url="http://a.example/below")
    assert response.headers["Location"] == "/below/folder/"


@pytest.mark.parametrize("host", ["a b", "<script>", "[::1", "x:99999", "x:", "é.example", "a/b"])
def test_a_host_that_is_no_name_is_refused(host: str) -> None:
    app = make_app()
    environ = create_environ("/folder/")
    environ["HTTP_HOST"] = host.encode().decode("latin-1")
    _, status, _ = run_wsgi_app(app.wsgi_app, environ)
    assert status.startswith("400")


@pytest.mark.parametrize("host", ["localhost", "a.example:8000", "127.0.0.1:65535", "[::1]:5000"])
def test_names_and_addresses_are_accepted(host: str) -> None:
    environ = create_environ("/folder/")
    environ["HTTP_HOST"] = host
    _, status, _ = run_wsgi_app(make_app().wsgi_app, environ)
    assert status.startswith("200")
