"""Every setting: its default, how it is read from the environment, and which values are refused.

Settings come from `DEFAULTS`, then the environment, then the overrides given to `create_app`.
`.env.example` explains each variable.
"""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ABOUT = {
    "name": {{ cookiecutter.__project_name_py }},
    "description": {{ cookiecutter.__description_py }},
}
ENVIRONMENTS = ("development", "testing", "production")
SECRETS = ("SECRET_KEY"{% if cookiecutter.__api %}, "JWT_SECRET_KEY"{% else %},{% endif %})
SHORTEST_SECRET = 32
DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
}


class ConfigurationError(Exception):
    """A setting is missing, cannot be read, or is too weak for production."""


def text(value: str) -> str:
    """Return `value` without surrounding white space."""
    return value.strip()


def integer(value: str) -> int:
    """Return the whole, not negative number that `value` writes; else raise `ValueError`."""
    number = int(value)
    if number < 0:
        raise ValueError("a number below zero")
    return number


def boolean(value: str) -> bool:
    """Return what `value` says: 1/true/yes/on or 0/false/no/off; else raise `ValueError`."""
    word = value.strip().lower()
    if word not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
        raise ValueError("neither true nor false")
    return word in ("1", "true", "yes", "on")


def words(value: str) -> list[str]:
    """Return the comma-separated parts of `value`."""
    return [word.strip() for word in value.split(",") if word.strip()]


def environment_name(value: str) -> str:
    """Return `value` if it is one of `ENVIRONMENTS`; else raise `ValueError`."""
    if value not in ENVIRONMENTS:
        raise ValueError(f"not one of {', '.join(ENVIRONMENTS)}")
    return value


def database_url(value: str) -> str:
    """Return a SQLAlchemy URL that names its driver; hosting providers often leave it out."""
    scheme, separator, rest = value.strip().partition("://")
    url = DRIVERS.get(scheme, scheme) + separator + rest
    try:
        make_url(url)
    except ArgumentError as error:
        raise ValueError("not a database URL") from error
    return url


SETTINGS: dict[str, tuple[Callable[[str], Any], Any]] = {
    "APP_ENV": (environment_name, "production"),
    "APP_NAME": (text, ABOUT["name"]),
    "APP_DESCRIPTION": (text, ABOUT["description"]),
    "SECRET_KEY": (text, ""),
{%- if cookiecutter.__api %}
    "JWT_SECRET_KEY": (text, ""),
    "JWT_ACCESS_MINUTES": (integer, 15),
    "JWT_REFRESH_DAYS": (integer, 30),
    "CORS_ORIGINS": (words, []),
{%- endif %}
    "DATABASE_URL": (database_url, "sqlite:///app.db"),
    "DATABASE_POOL_SIZE": (integer, 5),
    "DATABASE_POOL_OVERFLOW": (integer, 10),
    "DATABASE_POOL_RECYCLE": (integer, 1800),
    "REDIS_URL": (text, ""),
    "RATELIMIT_ENABLED": (boolean, True),
    "TRUSTED_PROXIES": (integer, 0),
    "TRUSTED_HOSTS": (words, []),
    "MAX_CONTENT_LENGTH": (integer, 1024 * 1024),
    "CDN_URL": (text, ""),
    "LOG_FORMAT": (text, ""),
    "LOG_LEVEL": (text, "INFO"),
{%- if cookiecutter.__web %}
    "SECURITY_CONTACT": (text, ""),
    "SESSION_DAYS": (integer, 1),
    "REMEMBER_DAYS": (integer, 30),
{%- endif %}
}


def settings(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the whole configuration of an application.

    `overrides` win over the environment. Raises `ConfigurationError` with a sentence that names
    the variable at fault.
    """
    config = _from_environment(os.environ) | dict(overrides or {})
    if config["APP_ENV"] == "production":
        _refuse_weak_secrets(config)
    return _derived(config) | dict(overrides or {})


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name, (read, default) in SETTINGS.items():
        value = environ.get(name, "")
        try:
            config[name] = read(value) if value.strip() else default
        except ValueError as error:
            raise ConfigurationError(f"{name}={value!r} cannot be used: {error}.") from error
    return config


def _refuse_weak_secrets(config: Mapping[str, Any]) -> None:
    for name in SECRETS:
        if len(config[name]) < SHORTEST_SECRET or len(set(config[name])) < 10:
            raise ConfigurationError(
                f"{name} is missing or too weak for production: set it to at least "
                f"{SHORTEST_SECRET} random characters, for example the output of "
                "python -c 'import secrets; print(secrets.token_urlsafe(48))'."
            )


def _derived(config: dict[str, Any]) -> dict[str, Any]:
    """Return `config` with what the extensions need, in their own names."""
    production = config["APP_ENV"] == "production"
    return config | {
        "TESTING": config["APP_ENV"] == "testing",
        "SQLALCHEMY_DATABASE_URI": config["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config),
        "RATELIMIT_STORAGE_URI": config["REDIS_URL"] or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config["REDIS_URL"]),
        "RATELIMIT_HEADERS_ENABLED": True,
        "TRUSTED_HOSTS": config["TRUSTED_HOSTS"] or None,
        "LOG_FORMAT": config["LOG_FORMAT"] or ("json" if production else "console"),
        "PASSWORD_METHOD": "scrypt:32768:8:3",
{%- if cookiecutter.__api %}
        "JWT_SECRET_KEY": config["JWT_SECRET_KEY"] or config["SECRET_KEY"],
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=config["JWT_ACCESS_MINUTES"]),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=config["JWT_REFRESH_DAYS"]),
{%- endif %}
{%- if cookiecutter.__web %}
        "SESSION_COOKIE_NAME": "{{ cookiecutter.project_slug }}_session",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_NAME": "{{ cookiecutter.project_slug }}_remember",
        "REMEMBER_COOKIE_DURATION": timedelta(days=config["REMEMBER_DAYS"]),
        "REMEMBER_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
{%- endif %}
    }


def _engine_options(config: Mapping[str, Any]) -> dict[str, Any]:
    if config["DATABASE_URL"].startswith("sqlite"):
        return {}
    return {
        "pool_pre_ping": True,
        "pool_size": config["DATABASE_POOL_SIZE"],
        "max_overflow": config["DATABASE_POOL_OVERFLOW"],
        "pool_recycle": config["DATABASE_POOL_RECYCLE"],
    }
