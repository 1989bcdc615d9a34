"""CORS: pages of other sites may call the API only if `CORS_ORIGINS` names their origin."""

from flask import Flask

from app.extensions import cors

EXPOSED_HEADERS = ["ETag", "Link", "Location", "Retry-After", "X-Request-ID"]


def init_app(app: Flask) -> None:
    """Send CORS headers to the origins in `CORS_ORIGINS`."""
    origins = app.config["CORS_ORIGINS"]
    if origins:
        rules = {"origins": origins, "expose_headers": EXPOSED_HEADERS, "max_age": 600}
        cors.init_app(app, resources={r"/api/.*": rules})
