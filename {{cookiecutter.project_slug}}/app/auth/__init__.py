"""Accounts: registration, login, profile, passwords and sessions."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add accounts to `app`."""
    from app.auth import cli

    app.cli.add_command(cli.group)
{%- if cookiecutter.__web %}
    add_pages(app)
{%- endif %}
{%- if cookiecutter.__api %}
    add_endpoints(app)
{%- endif %}
{%- if cookiecutter.__web %}


def add_pages(app: Flask) -> None:
    """Add the pages of accounts to `app`."""
    from app.auth import views

    app.register_blueprint(views.bp)
{%- endif %}
{%- if cookiecutter.__api %}


def add_endpoints(app: Flask) -> None:
    """Add the API endpoints of tokens and accounts to `app`."""
    from app import api
    from app.auth import token_endpoints, tokens, user_endpoints

    tokens.init_app(app)
    api.register(app, token_endpoints.bp)
    api.register(app, user_endpoints.bp)
{%- endif %}
