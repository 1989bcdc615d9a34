"""The sample feature: posts by authors. Use it as an example, change it or delete it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add posts to `app`."""
    from app.cli.seed import add_seeder
    from app.posts.seed import seed

    add_seeder(app, seed)
{%- if cookiecutter.__web %}
    add_pages(app)
{%- endif %}
{%- if cookiecutter.__api %}
    add_endpoints(app)
{%- endif %}
{%- if cookiecutter.__web %}


def add_pages(app: Flask) -> None:
    """Add the pages of posts to `app`."""
    from app.posts import views

    app.register_blueprint(views.bp)
{%- endif %}
{%- if cookiecutter.__api %}


def add_endpoints(app: Flask) -> None:
    """Add the API endpoints of posts to `app`."""
    from app import api
    from app.posts import endpoints

    api.register(app, endpoints.bp)
{%- endif %}
