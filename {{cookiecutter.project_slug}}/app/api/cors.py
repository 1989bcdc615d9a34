"""Which other sites' pages may call the API: none, unless the configuration names them."""

from flask import Flask

from app.extensions import cors

EXPOSED_HEADERS = ["ETag", "Link", "Location", "Retry-After", "X-Request-ID"]


def init_app(app: Flask) -> None:
    """Let the pages of `CORS_ORIGINS` call the API."""
    origins = app.config["CORS_ORIGINS"]
    if origins:
        rules = {"origins": origins, "expose_headers": EXPOSED_HEADERS, "max_age": 600}
        cors.init_app(app, resources={r"/api/.*": rules})
