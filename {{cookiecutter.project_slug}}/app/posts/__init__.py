"""The sample feature: posts by authors. Use it as an example, change it or delete it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages, endpoints and demo data of posts to `app`."""
{%- if cookiecutter.__api %}
    from app import api
{%- endif %}
    from app.cli.seed import add_seeder
{%- if cookiecutter.__api %}
    from app.posts import endpoints
{%- endif %}
    from app.posts.seed import seed
{%- if cookiecutter.__web %}
    from app.posts.views import bp
{%- endif %}

    add_seeder(app, seed)
{%- if cookiecutter.__web %}
    app.register_blueprint(bp)
{%- endif %}
{%- if cookiecutter.__api %}
    api.register(app, endpoints.bp)
{%- endif %}
