"""The home page, the dashboard and the HTML error pages."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the home page, the dashboard and the error pages to `app`."""
    from app.core import errors, proxies
    from app.main import views

    app.register_blueprint(views.bp)
    # The page has links, which need a host.
    errors.add_renderer(app, views.error_page, proxies.is_host_accepted)
