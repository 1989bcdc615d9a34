"""Posts by authors: the sample feature, to copy or to delete."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add posts to `app`."""
    from app.cli.seed import add_seeder
{%- if cookiecutter.__api %}
    from app.posts import api
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
    api.init_app(app)
{%- endif %}
