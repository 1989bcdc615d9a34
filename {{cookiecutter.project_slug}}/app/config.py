"""All settings: their defaults, how they are read, and which values are refused.

The defaults are in `SETTINGS`. The environment overrides them, and the `overrides` of `create_app`
override both. `.env.example` explains each variable.
"""

import os
import re
from collections.abc import Callable, Mapping, Set
from datetime import timedelta
from typing import Any

from app.core.setting_readers import (
    boolean,
    database_url,
    host,
    hsts,
    list_of,
    number,
    one_of,
    origin,
    redis_url,
    text,
)
from app.db.engine import engine_options, missing_driver

ABOUT = {
    "name": {{ cookiecutter.project_name | python_string }},
    "description": {{ cookiecutter.description | python_string }},
}
ENVIRONMENTS = ("development", "testing", "production")
SECRETS = [
    "SECRET_KEY",
{%- if cookiecutter.__api %}
    "JWT_SECRET_KEY",
{%- endif %}
]
SHORTEST_SECRET = 32
DEVELOPMENT_DATABASE = "sqlite:///app.db"
# In seconds, so that a Redis server that does not respond does not block requests.
REDIS_TIMEOUTS = {"socket_connect_timeout": 1, "socket_timeout": 1}


class ConfigurationError(Exception):
    """A setting is missing, cannot be read, or is too weak for production."""


SETTINGS: dict[str, tuple[Callable[[str], Any], Any]] = {
    "APP_ENV": (one_of(*ENVIRONMENTS), "production"),
    "APP_NAME": (text, ABOUT["name"]),
    "APP_DESCRIPTION": (text, ABOUT["description"]),
    "SECRET_KEY": (text, ""),
{%- if cookiecutter.__api %}
    "JWT_SECRET_KEY": (text, ""),
    "JWT_ACCESS_MINUTES": (number(1, 24 * 60), 15),
    "JWT_REFRESH_DAYS": (number(1, 3650), 30),
    "CORS_ORIGINS": (list_of(origin, "*"), []),
{%- endif %}
    "DATABASE_URL": (database_url, DEVELOPMENT_DATABASE),
    "DATABASE_POOL_SIZE": (number(1, 1000), 5),
    "DATABASE_POOL_OVERFLOW": (number(0, 1000), 10),
    "DATABASE_POOL_RECYCLE": (number(1, 24 * 3600), 1800),
    "DATABASE_CONNECT_TIMEOUT": (number(1, 300), 5),
    "DATABASE_STATEMENT_TIMEOUT": (number(0, 3600), 10),
    "REDIS_URL": (redis_url, ""),
    "RATELIMIT_ENABLED": (boolean, True),
    "TRUSTED_PROXIES": (number(0, 10), 0),
    "TRUST_FORWARDED_HOST": (boolean, False),
    "TRUSTED_HOSTS": (list_of(host), []),
    "HSTS": (hsts, "max-age=31536000"),
    "MAX_CONTENT_LENGTH": (number(1, 2**40), 1024 * 1024),
    "CDN_URL": (origin, ""),
    "SESSION_ABSOLUTE_DAYS": (number(1, 3650), 90),
    "LOG_FORMAT": (one_of("json", "console"), ""),
    "LOG_LEVEL": (one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), "INFO"),
{%- if cookiecutter.__web %}
    "SECURITY_CONTACT": (text, ""),
    "SESSION_DAYS": (number(1, 3650), 1),
    "REMEMBER_DAYS": (number(1, 3650), 30),
{%- endif %}
}


def settings(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the complete configuration of the application.

    `overrides` take precedence over the environment. Raises `ConfigurationError` with a sentence
    for each variable that is missing or refused.
    """
    fixed = dict(overrides or {})
    config, faults = _from_environment(os.environ, SETTINGS.keys() - fixed.keys())
    config |= fixed
    if config["APP_ENV"] == "production" and "APP_ENV" not in faults:
        faults |= _unsafe_in_production(config)
    if "DATABASE_URL" not in faults and (sentence := missing_driver(config["DATABASE_URL"])):
        faults["DATABASE_URL"] = sentence
    if faults:
        raise ConfigurationError("\n".join(faults.values()))
    return _derived(config) | fixed


def _from_environment(
    environ: Mapping[str, str], wanted: Set[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the value of each setting, and a sentence for each `wanted` one that is refused."""
    config: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for name, (read, default) in SETTINGS.items():
        value = environ.get(name, "")
        config[name] = default
        try:
            if value.strip() and name in wanted:
                config[name] = read(value)
        except ValueError as error:
            shown = "…" if name in SECRETS else without_password(value)
            faults[name] = f"{name}={shown!r} cannot be used: {error}."
    return config, faults


def without_password(value: str) -> str:
    """Return `value` with the password of an address replaced by three stars."""
    return re.sub(r"(://[^:/@]*:).*@", r"\1***@", value)


def _unsafe_in_production(config: Mapping[str, Any]) -> dict[str, str]:
    """Return a sentence for each setting that production refuses."""
    faults: dict[str, str] = {}
    for name in SECRETS:
        if len(config[name]) < SHORTEST_SECRET or len(set(config[name])) < 10:
            faults[name] = (
                f"{name} is missing or too weak for production: set it to at least "
                f"{SHORTEST_SECRET} random characters, for example the output of "
                "python -c 'import secrets; print(secrets.token_urlsafe(48))'. For development, create "
                ".env with APP_ENV=development: run `python scripts/setup_project.py`."
            )
{%- if cookiecutter.__api %}
    if not faults and len({config[name] for name in SECRETS}) < len(SECRETS):
        faults[SECRETS[-1]] = (
            f"{' and '.join(SECRETS)} must be different. Set each to its own random value."
        )
{%- endif %}
{%- if cookiecutter.database != "SQLite" %}
    if config["DATABASE_URL"] == DEVELOPMENT_DATABASE:
        faults["DATABASE_URL"] = (
            "DATABASE_URL is missing: production needs the address of the {{ cookiecutter.database }} database; "
            ".env.example shows one."
        )
{%- endif %}
    return faults


def _derived(config: dict[str, Any]) -> dict[str, Any]:
    """Return `config` with the settings of Flask and its extensions that are derived from it."""
    production = config["APP_ENV"] == "production"
{%- if cookiecutter.__web %}
    # Browsers accept a cookie with the prefix __Host- only over HTTPS, for this host only, with the
    # path "/".
    prefix = "__Host-" if production else ""
{%- endif %}
    return config | {
        "TESTING": config["APP_ENV"] == "testing",
        "SQLALCHEMY_DATABASE_URI": config["DATABASE_URL"],
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(config),
        "RATELIMIT_STORAGE_URI": config["REDIS_URL"] or "memory://",
        "RATELIMIT_STORAGE_OPTIONS": REDIS_TIMEOUTS if config["REDIS_URL"] else {},
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config["REDIS_URL"]),
        "RATELIMIT_HEADERS_ENABLED": True,
        "TRUSTED_HOSTS": config["TRUSTED_HOSTS"] or None,
        "LOG_FORMAT": config["LOG_FORMAT"] or ("json" if production else "console"),
        "PASSWORD_METHOD": "scrypt:32768:8:3",
{%- if cookiecutter.__api %}
        "JWT_SECRET_KEY": config["JWT_SECRET_KEY"] or config["SECRET_KEY"],
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(minutes=config["JWT_ACCESS_MINUTES"]),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(days=config["JWT_REFRESH_DAYS"]),
        "JWT_ENCODE_ISSUER": "{{ cookiecutter.project_slug }}",
        "JWT_DECODE_ISSUER": "{{ cookiecutter.project_slug }}",
        "JWT_ENCODE_AUDIENCE": "{{ cookiecutter.project_slug }}-api",
        "JWT_DECODE_AUDIENCE": "{{ cookiecutter.project_slug }}-api",
{%- endif %}
{%- if cookiecutter.__web %}
        "SESSION_COOKIE_NAME": f"{prefix}{{ cookiecutter.project_slug }}_session",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The longest possible lifetime of the cookie. The row in user_sessions usually expires
        # earlier.
        "PERMANENT_SESSION_LIFETIME": timedelta(days=config["SESSION_ABSOLUTE_DAYS"]),
        "REMEMBER_COOKIE_NAME": f"{prefix}{{ cookiecutter.project_slug }}_remember",
        "REMEMBER_COOKIE_DURATION": timedelta(days=config["REMEMBER_DAYS"]),
        "REMEMBER_COOKIE_SECURE": production,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,
{%- endif %}
    }
