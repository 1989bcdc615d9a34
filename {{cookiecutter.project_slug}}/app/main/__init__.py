"""The home page, the dashboard and the HTML error pages."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the home page, the dashboard and the error pages to `app`."""
    from app.core import errors
    from app.main import views

    app.register_blueprint(views.bp)
    errors.add_renderer(app, views.error_page)
