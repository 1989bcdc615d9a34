"""The class of `app.cli`, and the error messages of commands that cannot use the database."""

import copy
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.db.availability import is_unmigrated, unavailable_reason


class ProjectGroup(AppGroup):
    """A group of commands that print one error message when the database cannot be used."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        found = super().get_command(ctx, cmd_name)
        if found is None:
            return None
        # A copy: the command belongs to its module, and other applications use it too.
        command = copy.copy(found)

        def invoke(ctx: click.Context) -> Any:
            try:
                return found.invoke(ctx)
            except DBAPIError as error:
                if sentence := explanation(error):
                    raise click.ClickException(sentence) from error
                raise

        command.invoke = invoke  # type: ignore[method-assign]  # of this copy only
        return command


def explanation(error: DBAPIError) -> str:
    """Return an error message if the database cannot be used, or "" if the error has another
    cause."""
    if is_unmigrated(error):
        return "The database schema is not up to date: run `flask db upgrade`."
    if reason := unavailable_reason(error):
        return unreachable(reason)
    return ""


def unreachable(reason: str) -> str:
    """Return a sentence that names the database, without its password, and the reason."""
    url = make_url(current_app.config["DATABASE_URL"]).render_as_string()
    advice = "Check that the server is running, that the database exists, and that DATABASE_URL is correct."
    return f"The database {url} cannot be used: {reason.rstrip('.')}. {advice}"
