"""The HTML error pages and their texts."""

from math import ceil
from time import time
from typing import NamedTuple

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, default_exceptions

from app.extensions import limiter


class Words(NamedTuple):
    """The texts of an error page."""

    heading: str
    help: str


WORDS = {
    400: Words(
        "Bad request",
        "The form may have expired. Go back, reload the page and try again.",
    ),
    401: Words("Please log in", "This page is for people with an account."),
    403: Words("Not allowed", "Your account does not have permission for this."),
    404: Words(
        "Page not found",
        "There is no page at this address. It may have been moved or deleted.",
    ),
    405: Words(
        "This did not work", "This URL does not accept this kind of request. Go to the home page."
    ),
    409: Words(
        "Changed in the meantime",
        "What you were changing was changed or deleted by somebody else. Nothing was saved.",
    ),
    413: Words("Too large", "A request can have at most {limit}. Send less."),
    422: Words("Invalid input", "Some of the values are not valid. Go back and check them."),
    429: Words("Too many attempts", "You have done this too often. Try again {when}."),
    500: Words(
        "Something went wrong",
        "The error is on our side and has been logged. Try again in a few minutes.",
    ),
    503: Words(
        "We will be back soon",
        "The site is not available at the moment. Try again in a few seconds.",
    ),
}
OTHER_CLIENT_ERROR = WORDS[400]
OTHER_SERVER_ERROR = WORDS[500]


def error_page(error: HTTPException) -> ResponseReturnValue:
    """Return the HTML page for `error`.

    It has the account menu if the user can be loaded from the database.
    """
    code = error.code or 500
    html = render_template(
        "errors/error.html",
        frame="base.html" if is_account_readable(error) else "layout.html",
        code=code,
        words=words_for(error, code),
        request_id=g.request_id if code >= 500 else "",
    )
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return html, code, headers


def is_account_readable(error: HTTPException) -> bool:
    """Return whether the user can be loaded. It does not query a database that has just failed."""
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    if error.code == 503 or isinstance(cause, SQLAlchemyError):
        return False
    try:
        # Reading an attribute loads the user from the database, again if a rollback has expired it.
        getattr(current_user, "name", None)
    except SQLAlchemyError:
        return False
    return True


def words_for(error: HTTPException, code: int) -> Words:
    """Return the texts for `error`. A message that a view passed to `abort` replaces the help."""
    fallback = OTHER_SERVER_ERROR if code >= 500 else OTHER_CLIENT_ERROR
    words = WORDS.get(code, fallback)
    if code == 429:
        return words._replace(help=words.help.format(when=when_to_retry()))
    if code == 413:
        limit = current_app.config["MAX_CONTENT_LENGTH"] / 1024 / 1024
        return words._replace(help=words.help.format(limit=f"{limit:g} MB"))
    # Libraries raise subclasses, whose descriptions are too technical. Views abort with a code.
    is_plain = type(error) in default_exceptions.values()
    if is_plain and code != 500 and error.description != type(error).description:
        return words._replace(help=str(error.description))
    return words


def when_to_retry() -> str:
    """Return when the rate limit that stopped the request ends, for example "in 5 minutes"."""
    limit = limiter.current_limit
    # `reset_at` is rounded up to the next second.
    minutes = ceil((limit.reset_at - 1 - time()) / 60) if limit else 0
    if minutes <= 1:
        return "in a minute"
    if minutes <= 90:
        return f"in {minutes} minutes"
    return f"in {ceil(minutes / 60)} hours"
