"""The home page, the dashboard, the HTML error pages, and files such as robots.txt."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the home page, the dashboard, the error pages and the site's files to `app`."""
    from app.core import errors, proxies
    from app.main import site_files, views
    from app.main.errors import error_page

    app.register_blueprint(views.bp)
    app.register_blueprint(site_files.bp)
    # The page has links, which need a host.
    errors.add_renderer(app, error_page, proxies.is_host_accepted)
