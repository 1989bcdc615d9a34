"""Accounts: who a person is, and which devices they are signed in on."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add accounts to `app`."""
{%- if cookiecutter.__web %}
    from app.auth.views import bp

    app.register_blueprint(bp)
{%- endif %}
