"""Error handlers: every HTTP error and every unexpected exception gets a readable response.

This module does not format responses: see `add_renderer`.
"""

from collections.abc import Callable

import structlog
from flask import Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, ServiceUnavailable

from app.db.availability import unavailable_reason
from app.extensions import db

Renderer = Callable[[HTTPException], ResponseReturnValue]
Condition = Callable[[], bool]

UNAVAILABLE = "The database is not available at the moment. Please try again in a few seconds."
SECONDS_TO_WAIT = 5

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Handle every HTTP error of `app`; Flask turns an unexpected exception into a 500."""
    app.extensions["error_renderers"] = []
    app.register_error_handler(HTTPException, handle_http_exception)
    app.register_error_handler(SQLAlchemyError, handle_database_error)
    app.register_error_handler(StaleDataError, handle_stale_data)


def add_renderer(app: Flask, render: Renderer, applies: Condition = lambda: True) -> None:
    """Register `render`, which formats the error responses of requests for which `applies()` is
    true.

    Renderers are tried in the order in which they were added.
    """
    app.extensions["error_renderers"].append((applies, render))


def handle_http_exception(error: HTTPException) -> ResponseReturnValue:
    """Roll back the uncommitted changes of the view, and return the response to `error`."""
    db.session.rollback()
    for applies, render in current_app.extensions["error_renderers"]:
        if applies():
            response: ResponseReturnValue = render(error)
            return response
    return error.get_response()


def handle_stale_data(error: StaleDataError) -> ResponseReturnValue:
    """Return 409: another request changed or deleted the row that this one was about to change."""
    return handle_http_exception(
        Conflict("Another user changed or deleted this in the meantime. Nothing was saved.")
    )


def handle_database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    """Return 503 when the database is down, busy or too slow; raise any other error again."""
    reason = unavailable_reason(error)
    if not reason:
        raise error
    log.warning("database unavailable", reason=reason)
    return handle_http_exception(ServiceUnavailable(UNAVAILABLE, retry_after=SECONDS_TO_WAIT))
