"""The page with the documentation of the API."""

import re

from flask.testing import FlaskClient


def test_documentation_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    addresses = re.findall(r'(?:src|rel="stylesheet" href|data-\w+)="([^"]*)"', page)
    assert len(addresses) == 5
    for address in addresses:
        assert address.startswith(("/api/docs/", "/api/openapi.json"))
        with client.get(address) as file:
            assert file.status_code == 200


def test_home_page_exists(client: FlaskClient) -> None:
    assert client.get("/", follow_redirects=True).status_code == 200


def test_documentation_page_keeps_the_strict_policy(client: FlaskClient) -> None:
    response = client.get("/api/docs")
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\bstyle=|\bon[a-z]+=", response.text)
