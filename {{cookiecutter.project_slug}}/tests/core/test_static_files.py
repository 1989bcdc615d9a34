"""URLs and caching of static files."""

from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.core import static_files
from tests.conftest import SETTINGS


@pytest.fixture
def static_app(tmp_path: Path) -> Flask:
    """Return an application with one static file."""
    app = create_app(SETTINGS | {"DATABASE_URL": "sqlite://"})
    app.static_folder = str(tmp_path)
    (tmp_path / "a.css").write_text("a {}")
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
