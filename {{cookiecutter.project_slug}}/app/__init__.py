"""The application factory."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
{%- if cookiecutter.__web %}
from flask_login import current_user
{%- endif %}
from werkzeug.middleware.proxy_fix import ProxyFix

from app import assets, config, errors, {% if cookiecutter.__api or cookiecutter.__posts %}identifiers, {% endif %}logs, overhead, security


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return a configured application; `overrides` win over the environment.

    Raises `app.config.ConfigurationError` for settings that cannot be used.
    """
    app = Flask(__name__)
    app.config.update(config.settings(overrides))
    trust_proxies(app)
    for module in (overhead, logs, assets, security, {% if cookiecutter.__api or cookiecutter.__posts %}identifiers, {% endif %}errors):
        module.init_app(app)
    register_extensions(app)
    register_features(app)
    register_commands(app)
    return app


def trust_proxies(app: Flask) -> None:
    """Believe the forwarding headers of as many proxies as the configuration names."""
    count = app.config["TRUSTED_PROXIES"]
    if count:
        proxied = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)
        app.wsgi_app = proxied  # type: ignore[method-assign]  # how Flask documents it


def register_extensions(app: Flask) -> None:
    """Bind the extension objects to `app`."""
    from app import extensions, models  # noqa: F401 - the models register their tables

    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db)
    extensions.limiter.init_app(app)
{%- if cookiecutter.__web %}
    extensions.bootstrap.init_app(app)
    extensions.csrf.init_app(app)
    # As a global, current_user is looked up by the pages that name it; the context processor would
    # do so for every template, the error pages among them.
    extensions.login_manager.init_app(app, add_context_processor=False)
    app.add_template_global(current_user, "current_user")
{%- endif %}


def register_features(app: Flask) -> None:
    """Add the features' pages, endpoints and commands to `app`."""
    from app import {% if cookiecutter.__api %}api, {% endif %}auth{% if cookiecutter.__web %}, dates{% endif %}, health{% if cookiecutter.__web %}, main, navigation{% endif %}{% if cookiecutter.__posts %}, posts{% endif %}

{% if cookiecutter.__web %}    dates.init_app(app)
    navigation.init_app(app)
    main.init_app(app)
{% endif %}    health.init_app(app)
    auth.init_app(app)
{%- if cookiecutter.__api %}
    api.init_app(app)
{%- endif %}
{%- if cookiecutter.__posts %}
    posts.init_app(app)
{%- endif %}


def register_commands(app: Flask) -> None:
    """Add the commands of `flask` to `app`."""
    from app.cli import report, seed, user

    for command in (user.group, seed.command, report.command):
        app.cli.add_command(command)
