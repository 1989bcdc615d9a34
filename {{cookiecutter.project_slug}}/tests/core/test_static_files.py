"""URLs, caching and compression of static files."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core import static_files
from tests.conftest import SETTINGS

CONTENT = b".a { color: red }\n" * 100
YEAR = "max-age=31536000"


@pytest.fixture
def static_app(tmp_path: Path) -> Flask:
    """Return an application with one static file."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})
    app.static_folder = str(tmp_path)
    (tmp_path / "a.css").write_bytes(CONTENT)
    return app


def test_static_urls_change_with_the_content_and_are_immutable(static_app: Flask) -> None:
    static_app.debug = True
    with static_app.test_request_context():
        first = static_files.asset_url("a.css")
        Path(static_app.static_folder or "", "a.css").write_text("a { color: red }")
        second = static_files.asset_url("a.css")
    assert first != second
    client = static_app.test_client()
    with client.get(second) as kept, client.get("/static/a.css") as plain:
        assert "immutable" in kept.headers["Cache-Control"]
        assert "immutable" not in plain.headers["Cache-Control"]


def test_static_urls_may_point_to_a_cdn(static_app: Flask) -> None:
    static_app.config["CDN_URL"] = "https://cdn.example/"
    with static_app.test_request_context():
        assert static_files.asset_url("a.css").startswith("https://cdn.example/static/a.css?v=")
    policy = static_app.test_client().get("/healthz").headers["Content-Security-Policy"]
    assert "style-src 'self' https://cdn.example/" in policy


def test_static_urls_of_other_folders_are_refused(static_app: Flask) -> None:
    with static_app.test_request_context():
        with pytest.raises(LookupError, match="lies outside"):
            static_files.asset_url("../secret")
        with pytest.raises(LookupError, match="serves no static files"):
            static_files.asset_url("a.css", "health.static")


def hashed_url(app: Flask) -> str:
    """Return the URL of the static file, with the hash of its content."""
    with app.test_request_context():
        return static_files.asset_url("a.css")


def test_only_the_url_with_the_right_hash_is_cached_for_a_year(static_app: Flask) -> None:
    client, url = static_app.test_client(), hashed_url(static_app)
    with client.get(url) as right:
        assert YEAR in right.headers["Cache-Control"]
        assert "immutable" in right.headers["Cache-Control"]
    for wrong in ("/static/a.css", "/static/a.css?v=1", "/static/a.css?v="):
        with client.get(wrong) as response:
            assert YEAR not in response.headers.get("Cache-Control", ""), wrong


def test_the_response_to_a_missing_file_is_not_immutable(client: FlaskClient) -> None:
    response = client.get("/static/nowhere.css?v=1")
    assert response.status_code == 404
    assert "immutable" not in response.headers.get("Cache-Control", "")


def test_files_are_sent_compressed_to_clients_that_accept_it(static_app: Flask) -> None:
    client, url = static_app.test_client(), hashed_url(static_app)
    with client.get(url) as plain, client.get(url, headers={"Accept-Encoding": "gzip;q=0"}) as no:
        for response in (plain, no):
            assert "Content-Encoding" not in response.headers
            assert response.headers["Vary"] == "Accept-Encoding"
            assert response.data == CONTENT
    packed = client.get(url, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert gzip.decompress(packed.data) == CONTENT
    tag = {"If-None-Match": packed.headers["ETag"]}
    for headers in (tag, tag | {"Accept-Encoding": "gzip"}):
        with client.get(url, headers=headers) as known:
            assert known.status_code == 304


def test_a_part_of_a_file_is_sent_uncompressed(static_app: Flask) -> None:
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}
    with static_app.test_client().get(hashed_url(static_app), headers=headers) as part:
        assert part.status_code == 206
        assert "Content-Encoding" not in part.headers
        assert part.data == CONTENT[:10]


def test_small_files_are_sent_uncompressed(static_app: Flask) -> None:
    Path(static_app.static_folder or "", "small.css").write_text("a {}")
    headers = {"Accept-Encoding": "gzip"}
    with static_app.test_client().get("/static/small.css", headers=headers) as small:
        assert "Content-Encoding" not in small.headers


def test_the_options_of_a_file_that_does_not_exist_are_no_error(static_app: Flask) -> None:
    response = static_app.test_client().options("/static/nowhere.css")
    assert response.status_code == 200
    assert "immutable" not in response.headers.get("Cache-Control", "")
