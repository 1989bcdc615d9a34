"""Static files: a content hash in every URL, so that browsers and a CDN may keep them for ever."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from werkzeug.security import safe_join


def init_app(app: Flask) -> None:
    """Add `asset_url` to the templates of `app`, and let hashed URLs be cached for a year."""
    app.extensions["assets"] = {}
    app.add_template_global(asset_url)
    app.after_request(cache_hashed)


def asset_url(filename: str, endpoint: str = "static") -> str:
    """Return the URL of a static file of the application, or of `endpoint`'s blueprint.

    The URL carries a hash of the content as `v`, and starts with `CDN_URL` where that is set.
    """
    cache: dict[tuple[str, str, str], str] = current_app.extensions["assets"]
    key = (request.root_path, endpoint, filename)
    if key not in cache or current_app.debug:
        digest = _hash(_folder(endpoint), filename)
        path = url_for(endpoint, filename=filename, v=digest)
        cache[key] = f"{current_app.config['CDN_URL'].rstrip('/')}{path}"
    return cache[key]


def cache_hashed(response: Response) -> Response:
    """Mark the answer to a hashed URL as unchanging (RFC 8246)."""
    if request.endpoint and request.endpoint.endswith("static") and "v" in request.args:
        response.cache_control.max_age = 365 * 24 * 3600
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    return response


def _folder(endpoint: str) -> str:
    name = endpoint.rpartition(".")[0]
    folder = current_app.blueprints[name].static_folder if name else current_app.static_folder
    if folder is None:
        raise LookupError(f"{endpoint} serves no static files.")
    return folder


def _hash(folder: str, filename: str) -> str:
    path = safe_join(folder, filename)
    if path is None:
        raise LookupError(f"{filename} lies outside of {folder}.")
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]
