"""The application factory."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask
{%- if cookiecutter.__web %}
from flask_login import current_user
{%- endif %}

from app import config, extensions
from app.cli import ProjectGroup, seed
from app.core import (
    cookie_session,
    errors,
{%- if cookiecutter.__web %}
    forms,
{%- endif %}
    health,
    logging,
{%- if cookiecutter.__web %}
    navigation,
{%- endif %}
    proxies,
    rate_limits,
    request_body,
    security_headers,
    static_files,
{%- if cookiecutter.__web %}
    template_filters,
{%- endif %}
)
from app.db import timeouts, url_converters

# Each feature is a package with a function `init_app(app)`. Add a line to add a feature.
FEATURES = [
{%- if cookiecutter.__api %}
    "app.api",
{%- endif %}
{%- if cookiecutter.__web %}
    "app.main",
{%- endif %}
    "app.auth",
{%- if cookiecutter.__posts %}
    "app.posts",
{%- endif %}
]


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return a configured application. `overrides` take precedence over the environment.

    Raises `app.config.ConfigurationError` for a setting that cannot be used.
    """
    app = Flask(__name__)
    app.cli = ProjectGroup(app.name)
    app.config.update(config.settings(overrides))
    register_core(app)
    register_extensions(app)
    register_features(app)
    app.cli.add_command(seed.command)
    return app


def register_core(app: Flask) -> None:
    """Initialize the modules of `app/core/` and the URL converter."""
    for module in (
        cookie_session,
        logging,
        proxies,
        rate_limits,
        request_body,
        static_files,
        security_headers,
        url_converters,
        errors,
{%- if cookiecutter.__web %}
        forms,
        navigation,
        template_filters,
{%- endif %}
        health,
    ):
        module.init_app(app)


def register_extensions(app: Flask) -> None:
    """Import all models and initialize the extensions that do not belong to one feature."""
    import_module("app.models")
    extensions.db.init_app(app)
    timeouts.init_app(app)
    extensions.migrate.init_app(app, extensions.db)
    extensions.limiter.init_app(app)
{%- if cookiecutter.__web %}
    extensions.csrf.init_app(app)
    # The context processor would load the user for every template, error pages included. As a
    # global, current_user loads the user only where a template reads it.
    extensions.login_manager.init_app(app, add_context_processor=False)
    app.add_template_global(current_user, "current_user")
{%- endif %}


def register_features(app: Flask) -> None:
    """Add the pages, endpoints and commands of every feature."""
    for name in FEATURES:
        import_module(name).init_app(app)
