"""Start of a process: reads `.env` for the `flask` command and logs the environment and the
database."""

import os
from pathlib import Path

import click
import structlog
from dotenv import dotenv_values, find_dotenv, load_dotenv
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from werkzeug.serving import is_running_from_reloader

from app.cli import explanation
from app.extensions import db

log = structlog.get_logger()


def flask_context() -> click.Context | None:
    """Return the context of the `flask` command; None in a process of a WSGI server."""
    context = click.get_current_context(silent=True)
    is_flask = context is not None and isinstance(context.find_root().command, FlaskGroup)
    return context if is_flask else None


def read_dotenv(folder: Path) -> None:
    """Read `.env` in `folder` if the `flask` command runs. Files in other folders are ignored.

    Environment variables take precedence over the file. A WSGI server never reads it: a `.env` from
    development would switch off the protection of production.
    """
    context = flask_context()
    info = context.find_object(ScriptInfo) if context else None
    if info is None or not info.load_dotenv_defaults:
        return
    for name in (".flaskenv", ".env"):
        # Flask has already read the nearest such file in the working directory or its parents.
        found = find_dotenv(name, usecwd=True)
        if found and Path(found).parent.resolve() != folder.resolve():
            forget(found)
    load_dotenv(folder / ".env")


def forget(path: str) -> None:
    """Delete the environment variables that were read from the file at `path`."""
    click.echo(f"{path} is ignored: only the .env beside wsgi.py is read.", err=True)
    for name, value in dotenv_values(path).items():
        if os.environ.get(name) == value:
            del os.environ[name]


def announce(app: Flask) -> None:
    """Log the environment and the database when a server starts. Other commands log nothing."""
    context = flask_context()
    facts = {
        "environment": app.config["APP_ENV"],
        "database": make_url(app.config["DATABASE_URL"]).get_backend_name(),
    }
    if context is not None:
        if context.info_name != "run" or is_running_from_reloader():
            return
        scheme = "https" if context.params["cert"] else "http"
        facts["address"] = f"{scheme}://{context.params['host']}:{context.params['port']}"
    log.info("starting", **facts)
    if app.config["APP_ENV"] == "production" and not app.config["TRUSTED_HOSTS"]:
        log.warning("TRUSTED_HOSTS is not set: the site answers to every name that a client sends")
    if context is not None:
        warn_about_database(app)


def warn_about_database(app: Flask) -> None:
    """Print a sentence when `flask run` starts without a database that can be used."""
    with app.app_context():
        try:
            db.engine.connect().close()
        except DBAPIError as error:
            click.echo(f"Warning: {explanation(error) or error}", err=True)
