"""Static files: a content hash in every URL, caching for a year, and compression with gzip.

Each process compresses a file once and keeps the result in memory. Other responses are not
compressed: they can contain tokens, which compression can leak (BREACH, CVE-2013-3587).
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for
from werkzeug.security import safe_join

ONE_YEAR = 365 * 24 * 3600
# Fonts, and images other than SVG, are already compressed.
COMPRESSIBLE = {
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
}
# In bytes. Smaller files fit into one packet with or without compression.
SMALLEST_COMPRESSED = 512


def init_app(app: Flask) -> None:
    """Add `asset_url` to the templates of `app`; cache and compress its static files."""
    app.extensions["assets"] = {}
    app.add_template_global(asset_url)
    app.after_request(prepare_static)


def asset_url(filename: str, endpoint: str = "static") -> str:
    """Return the URL of a static file of the application, or of the blueprint of `endpoint`.

    The URL has a hash of the content as `v`. It starts with `CDN_URL` if that is set.
    """
    cache: dict[tuple[str, str, str], str] = current_app.extensions["assets"]
    key = (request.root_path, endpoint, filename)
    if key not in cache or current_app.debug:
        digest = _hash(_path(endpoint, filename))
        path = url_for(endpoint, filename=filename, v=digest)
        cache[key] = f"{current_app.config['CDN_URL'].rstrip('/')}{path}"
    return cache[key]


def prepare_static(response: Response) -> Response:
    """Compress the response of a static file.

    Let browsers cache it for a year if the hash in its URL is correct.
    """
    endpoint = request.endpoint or ""
    is_static = endpoint.rpartition(".")[2] == "static"
    # Flask responds to OPTIONS without a look at the file, which may not exist.
    if not is_static or request.method == "OPTIONS" or response.status_code not in (200, 304):
        return response
    path = _path(endpoint, (request.view_args or {})["filename"])
    if request.args.get("v") == _hash(path):
        # RFC 8246. A URL with another hash must not be cached with this content.
        response.cache_control.max_age = ONE_YEAR
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.no_cache = None
    if response.mimetype in COMPRESSIBLE:
        compress(response, path)
    return response


def compress(response: Response, path: Path) -> None:
    """Compress the body of `response`, which is the file `path`, if the client accepts gzip."""
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings.quality("gzip"):
        return
    etag, _ = response.get_etag()
    if etag:
        # An ETag for both encodings must be weak (RFC 9110, section 8.8.3.3).
        response.set_etag(etag, weak=True)
    data = _compressed(path, *_state(path))
    if response.status_code == 200 and request.method == "GET" and data is not None:
        response.close()
        response.direct_passthrough = False
        response.set_data(data)
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("Accept-Ranges", None)


def _path(endpoint: str, filename: str) -> Path:
    name = endpoint.rpartition(".")[0]
    folder = current_app.blueprints[name].static_folder if name else current_app.static_folder
    if folder is None:
        raise LookupError(f"{endpoint} serves no static files.")
    path = safe_join(folder, filename)
    if path is None:
        raise LookupError(f"{filename} lies outside of {folder}.")
    return Path(path)


def _hash(path: Path) -> str:
    return _hash_of_state(path, *_state(path))


def _state(path: Path) -> tuple[int, int]:
    """Return the modification time and the size of a file, which change with its content."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=1024)
def _hash_of_state(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=256)
def _compressed(path: Path, changed: int, size: int) -> bytes | None:
    """Return a file compressed with gzip, or None if that saves little."""
    data = path.read_bytes()
    compressed = gzip.compress(data, compresslevel=9, mtime=0)
    small = len(data) < SMALLEST_COMPRESSED or len(compressed) > 0.9 * len(data)
    return None if small else compressed
