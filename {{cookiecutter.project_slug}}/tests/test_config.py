"""Settings: defaults, environment, overrides, and refused values."""

import re
from pathlib import Path

import pytest

from app import create_app
from app.config import SECRETS, SETTINGS, ConfigurationError, settings
from app.core.setting_readers import database_url
from app.db.engine import engine_options, missing_driver
from tests.conftest import STRONG_SECRETS

ROOT = Path(__file__).parents[1]
TESTING = {"APP_ENV": "testing"}
PRODUCTION = STRONG_SECRETS | {"DATABASE_URL": "sqlite://"}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's own variables."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


def test_the_environment_wins_over_defaults_and_overrides_win_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings(TESTING)["LOG_LEVEL"] == "INFO"
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert settings(TESTING)["LOG_LEVEL"] == "ERROR"
    assert settings(TESTING | {"LOG_LEVEL": "DEBUG"})["LOG_LEVEL"] == "DEBUG"
    monkeypatch.setenv("LOG_LEVEL", "  ")
    assert settings(TESTING)["LOG_LEVEL"] == "INFO"


def test_without_a_variable_it_is_production() -> None:
    assert settings(PRODUCTION)["APP_ENV"] == "production"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", "secret", "x" * 64, "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6Pd"])
def test_production_refuses_weak_secrets(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is missing or too weak"):
        create_app(PRODUCTION | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "prod"),
        ("APP_NAME", "a\x1bb"),
        ("DATABASE_URL", "app.db"),
        ("DATABASE_URL", "nonsense://localhost/app"),
        ("DATABASE_URL", "postgresql://localhost:99999/app"),
        ("DATABASE_POOL_SIZE", "many"),
        ("DATABASE_POOL_SIZE", "0"),
        ("DATABASE_POOL_OVERFLOW", "-1"),
        ("DATABASE_CONNECT_TIMEOUT", "0"),
        ("DATABASE_STATEMENT_TIMEOUT", "5s"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("REDIS_URL", "redis://localhost:123456"),
        ("RATELIMIT_ENABLED", "perhaps"),
        ("TRUSTED_PROXIES", "all"),
        ("TRUSTED_HOSTS", "https://example.com"),
        ("TRUSTED_HOSTS", "example.com:8000"),
        ("TRUSTED_HOSTS", "a..b"),
        ("TRUSTED_HOSTS", "xn--a"),
        ("TRUSTED_HOSTS", "my_site.example"),
        ("TRUSTED_HOSTS", f"{'a' * 64}.example"),
        ("TRUST_FORWARDED_HOST", "nginx"),
        ("HSTS", "1 year"),
        ("MAX_CONTENT_LENGTH", "1 MB"),
        ("CDN_URL", "cdn.example.com"),
        ("CDN_URL", "https://"),
        ("CDN_URL", "https://cdn.example.com; script-src *"),
        ("CDN_URL", "https://cdn.example.com/folder"),
        ("CDN_URL", "https://cdn.example.com/?a=b"),
        ("CDN_URL", "https://me@cdn.example.com"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "foo"),
    ],
)
def test_unreadable_values_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"^{name}={re.escape(repr(value))} cannot"):
        settings(TESTING if name != "APP_ENV" else {})


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_refuses_some_text(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "no\x01sense://")
    with pytest.raises(ConfigurationError, match=f"^{name}="):
        settings(TESTING if name != "APP_ENV" else {})


def test_all_faults_are_told_together_and_no_secret_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "foo")
    monkeypatch.setenv("DATABASE_URL", "nonsense://me:private@localhost/app")
    monkeypatch.setenv("SECRET_KEY", "weak")
    with pytest.raises(ConfigurationError) as caught:
        settings()
    sentences = str(caught.value).splitlines()
    assert {line.split("=")[0].split()[0] for line in sentences} == {
        "DATABASE_URL",
        "LOG_LEVEL",
        *SECRETS,
    }
    assert "private" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://h/d", "postgresql+psycopg://h/d"),
        ("mysql://h/d", "mysql+pymysql://h/d"),
        ("mariadb://h/d", "mysql+pymysql://h/d"),
        ("postgresql+psycopg://h/d", "postgresql+psycopg://h/d"),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db"),
    ],
)
def test_database_urls_get_their_driver(url: str, expected: str) -> None:
    assert database_url(url) == expected


def test_a_driver_that_is_not_installed_is_named() -> None:
    sentence = missing_driver("postgresql+pg8000://h/d")
    assert sentence.startswith('DATABASE_URL needs a driver: run uv add "pg8000"')
    with pytest.raises(ConfigurationError, match="pg8000"):
        settings(TESTING | {"DATABASE_URL": "postgresql+pg8000://h/d"})
    assert missing_driver("sqlite://") == ""


def test_a_server_database_gets_a_pool_that_renews_its_connections() -> None:
    config = settings(TESTING) | {"DATABASE_URL": "mysql+pymysql://h/d"}
    options = engine_options(config)
    assert options["pool_size"] == 5
    assert (options["pool_recycle"], options["pool_timeout"]) == (1800, 5)
    assert options["connect_args"] == {"connect_timeout": 5}


def test_sqlite_waits_for_other_writers() -> None:
    options = engine_options(settings(TESTING) | {"DATABASE_CONNECT_TIMEOUT": 7})
    assert options == {"hide_parameters": True, "connect_args": {"timeout": 7}}


def test_redis_holds_the_limits_where_it_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(TESTING)["RATELIMIT_STORAGE_URI"] == "memory://"
    monkeypatch.setenv("REDIS_URL", "redis://h")
    assert settings(TESTING)["RATELIMIT_STORAGE_URI"] == "redis://h"


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", "A.example, .b.example,")
    assert settings(TESTING)["TRUSTED_HOSTS"] == ["a.example", ".b.example"]


def test_an_origin_is_written_as_browsers_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDN_URL", " HTTPS://CDN.example.com:8443/ ")
    assert settings(TESTING)["CDN_URL"] == "https://cdn.example.com:8443"


def test_numbers_and_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CONTENT_LENGTH", "1024")
    monkeypatch.setenv("APP_ENV", "Development")
    assert settings()["MAX_CONTENT_LENGTH"] == 1024
    assert settings()["APP_ENV"] == "development"


def test_switches_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATELIMIT_ENABLED", "off")
    assert settings(TESTING)["RATELIMIT_ENABLED"] is False


def test_every_variable_is_explained_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    gunicorn = (ROOT / "deploy" / "gunicorn.conf.py").read_text("utf-8")
    read = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', gunicorn))
    assert {"BIND", "WEB_CONCURRENCY"} <= read
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.M)) == set(SETTINGS) | read


def test_an_unset_database_url_is_a_file_of_this_project() -> None:
    assert create_app(TESTING).config["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"


{% if cookiecutter.database == "SQLite" %}def test_production_may_use_the_file_of_this_project{% else %}def test_production_needs_the_address_of_a_database_server{% endif %}() -> None:
    without = {name: value for name, value in PRODUCTION.items() if name != "DATABASE_URL"}
{%- if cookiecutter.database == "SQLite" %}
    assert settings(without)["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"
{%- else %}
    with pytest.raises(ConfigurationError, match=r"^DATABASE_URL is missing"):
        settings(without)
{%- endif %}
