"""Accounts: registration, login, profile, passwords and sessions."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages, endpoints and commands of accounts to `app`."""
    from app.auth import cli

    app.cli.add_command(cli.group)
    app.cli.add_command(cli.session_group)
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
    from app.auth import token_endpoints, user_endpoints

    token_endpoints.init_app(app)
    user_endpoints.init_app(app)
{%- endif %}
