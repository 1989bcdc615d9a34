"""The options of the SQLAlchemy engine: pool, timeouts and driver."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.engine import make_url

# Driver → the package to install.
PACKAGES = {"psycopg": "psycopg[binary]", "pymysql": "pymysql[rsa]"}


def engine_options(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of `create_engine` for the database of `DATABASE_URL`.

    `hide_parameters` keeps password hashes and e-mail addresses out of error messages.
    """
    seconds = config["DATABASE_CONNECT_TIMEOUT"]
    driver = make_url(config["DATABASE_URL"]).get_driver_name()
    options: dict[str, Any] = {"hide_parameters": True}
    if driver == "pysqlite":
        # SQLite has no server: this is how long it waits while another process writes.
        return options | {"connect_args": {"timeout": seconds}}
    if driver in PACKAGES:
        options["connect_args"] = {"connect_timeout": seconds}
    return options | {
        "pool_size": config["DATABASE_POOL_SIZE"],
        "max_overflow": config["DATABASE_POOL_OVERFLOW"],
        "pool_recycle": config["DATABASE_POOL_RECYCLE"],
        "pool_timeout": seconds,
    }


def missing_driver(url: str) -> str:
    """Return a sentence when the driver that `url` names is not installed, else ""."""
    dialect = make_url(url).get_dialect()
    try:
        dialect.import_dbapi()
    except ImportError as error:
        package = PACKAGES.get(dialect.driver, dialect.driver)
        return f'DATABASE_URL needs a driver: run uv add "{package}" ({error}).'
    return ""
