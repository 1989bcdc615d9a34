"""Settings: defaults, environment, overrides, and refused values."""

import re
from pathlib import Path

import pytest

from app import create_app
from app.config import SECRETS, SETTINGS, ConfigurationError, settings

STRONG = dict.fromkeys(SECRETS, "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA")


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the developer's own variables."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


def test_the_environment_wins_over_defaults_and_overrides_win_over_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings(STRONG)["LOG_LEVEL"] == "INFO"
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    assert settings(STRONG)["LOG_LEVEL"] == "ERROR"
    assert settings(STRONG | {"LOG_LEVEL": "DEBUG"})["LOG_LEVEL"] == "DEBUG"
    monkeypatch.setenv("LOG_LEVEL", "  ")
    assert settings(STRONG)["LOG_LEVEL"] == "INFO"


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("value", ["", "secret", "x" * 64, "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6Pd"])
def test_production_refuses_weak_secrets(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is missing or too weak"):
        create_app(STRONG | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "prod"),
        ("DATABASE_URL", "app.db"),
        ("DATABASE_POOL_SIZE", "many"),
        ("DATABASE_POOL_SIZE", "-1"),
        ("RATELIMIT_ENABLED", "perhaps"),
    ],
)
def test_unreadable_values_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=f"^{name}='{value}' cannot be used: "):
        settings(STRONG)


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
def test_database_urls_get_their_driver(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert settings(STRONG)["SQLALCHEMY_DATABASE_URI"] == expected


def test_a_server_database_gets_a_pool_that_renews_its_connections() -> None:
    options = settings(STRONG | {"DATABASE_URL": "mysql+pymysql://h/d"})[
        "SQLALCHEMY_ENGINE_OPTIONS"
    ]
    assert options["pool_size"] == 5
    assert options["pool_recycle"] == 1800


def test_redis_stores_the_rate_limits_if_it_is_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(STRONG)["RATELIMIT_STORAGE_URI"] == "memory://"
    monkeypatch.setenv("REDIS_URL", "redis://h")
    assert settings(STRONG)["RATELIMIT_STORAGE_URI"] == "redis://h"


def test_lists_are_comma_separated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUSTED_HOSTS", "a.example, b.example,")
    assert settings(STRONG)["TRUSTED_HOSTS"] == ["a.example", "b.example"]


def test_numbers_and_names_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_CONTENT_LENGTH", "1024")
    monkeypatch.setenv("APP_ENV", "development")
    assert settings()["MAX_CONTENT_LENGTH"] == 1024
    assert settings()["APP_ENV"] == "development"


def test_switches_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATELIMIT_ENABLED", "off")
    assert settings(STRONG)["RATELIMIT_ENABLED"] is False


def test_every_variable_is_in_env_example() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^#? ?([A-Z_]+)=", example, re.M)) == set(SETTINGS)


def test_the_default_database_is_an_sqlite_file_of_this_project() -> None:
    assert create_app(STRONG).config["SQLALCHEMY_DATABASE_URI"] == "sqlite:///app.db"
