"""The pages that belong to no feature."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the home page and the dashboard to `app`."""
    from app.main.views import bp

    app.register_blueprint(bp)
