"""Accounts: registration, login, profile, passwords and sessions."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages, endpoints and commands of accounts to `app`."""
{%- if cookiecutter.__api %}
    from app import api
{%- endif %}
    from app.auth import cli{% if cookiecutter.__api %}, token_endpoints, tokens, user_endpoints{% endif %}{% if cookiecutter.__web %}, views{% endif %}

    app.cli.add_command(cli.group)
{%- if cookiecutter.__web %}
    app.register_blueprint(views.bp)
{%- endif %}
{%- if cookiecutter.__api %}
    tokens.init_app(app)
    api.register(app, token_endpoints.bp)
    api.register(app, user_endpoints.bp)
{%- endif %}
