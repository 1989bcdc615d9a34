"""Files and meta elements for browsers, search engines and link previews."""

import re
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape


def test_search_engines_find_the_public_pages(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    assert robots.mimetype == "text/plain"
    assert "Sitemap: http://localhost/sitemap.xml" in robots.text
    sitemap = client.get("/sitemap.xml")
    assert sitemap.mimetype == "application/xml"
    places = [place.text for place in ET.fromstring(sitemap.text).iter() if place.text]  # noqa: S314
    assert "http://localhost/" in places


@pytest.mark.parametrize(
    ("path", "mimetype", "start"),
    [
        ("/favicon.ico", "image/x-icon", b"\0\0\1\0"),
        ("/apple-touch-icon.png", "image/png", b"\x89PNG"),
    ],
)
def test_icons_have_the_urls_that_browsers_request(
    client: FlaskClient, path: str, mimetype: str, start: bytes
) -> None:
    response = client.get(path)
    assert response.mimetype == mimetype
    assert response.data.startswith(start)
    assert "max-age" in response.headers["Cache-Control"]


def test_the_manifest_names_the_site_and_icons_that_exist(client: FlaskClient) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert manifest.json is not None
    assert manifest.json["name"] == client.application.config["APP_NAME"]
    for icon in manifest.json["icons"]:
        with client.get(icon["src"]) as file:
            assert file.mimetype == "image/png"


def test_password_managers_find_the_page_for_a_new_password(client: FlaskClient) -> None:
    assert client.get("/.well-known/change-password").location == "/account/password"


def test_security_txt_exists_if_a_contact_is_configured(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    for contact, told in (
        ("security@example.com", "mailto:security@example.com"),
        ("https://example.com/report", "https://example.com/report"),
    ):
        monkeypatch.setitem(app.config, "SECURITY_CONTACT", contact)
        text = client.get("/.well-known/security.txt").text
        assert f"Contact: {told}\n" in text
        assert re.search(r"^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$", text, re.MULTILINE)


def test_pages_have_the_meta_elements_for_link_previews(client: FlaskClient) -> None:
    page = client.get("/login?next=/dashboard").text
    assert '<link rel="canonical" href="http://localhost/login">' in page
    assert '<meta property="og:title" content="Log in">' in page
    assert '<meta property="og:image" content="http://localhost/static/icon-512.png' in page
    assert '<meta name="color-scheme" content="light dark">' in page
    home = client.get("/").text
    name = escape(client.application.config["APP_NAME"])
    assert f'<meta property="og:title" content="{name}">' in home
