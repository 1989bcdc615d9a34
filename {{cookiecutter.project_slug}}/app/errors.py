{%- if cookiecutter.__web and cookiecutter.__api -%}
"""One set of error handlers: pages for people, problem details (RFC 9457) for programs."""
{%- elif cookiecutter.__web -%}
"""One set of error handlers: every error is a page."""
{%- else -%}
"""One set of error handlers: every error is a problem details object (RFC 9457)."""
{%- endif %}

from flask import Flask{% if cookiecutter.__web %}, render_template{% endif %}{% if cookiecutter.__web and cookiecutter.__api %}, request{% endif %}
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import Conflict, HTTPException, SecurityError
{% if cookiecutter.__api %}
from app.api.problems import problem
{%- endif %}
from app.extensions import db


def init_app(app: Flask) -> None:
    """Let `app` answer every HTTP error, and every unexpected exception as a 500."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(StaleDataError, answer_lost_race)


def answer_lost_race(error: StaleDataError) -> ResponseReturnValue:
    """Answer 409: somebody else deleted what the request was about to change."""
    return answer(Conflict("Somebody else deleted this in the meantime; nothing was saved."))


def answer(error: HTTPException) -> ResponseReturnValue:
    """Return the answer to `error`, after undoing what the failed view had not committed."""
    if isinstance(error, SecurityError):
        # The host is not trusted: no URL can be built for it, so no page with links either.
        return error.get_response()
    db.session.rollback()
{%- if cookiecutter.__web and cookiecutter.__api %}
    return problem(error) if is_for_program() else page(error)


def is_for_program() -> bool:
    """Say whether the client is a program: it called the API, or prefers JSON to HTML."""
    if request.path.startswith("/api/"):
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]
{%- elif cookiecutter.__web %}
    return page(error)
{%- else %}
    return problem(error)
{%- endif %}
{%- if cookiecutter.__web %}


def page(error: HTTPException) -> ResponseReturnValue:
    """Return the error page, which asks neither the database nor the session for anything."""
    html = render_template("errors/error.html", error=error)
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return html, error.code or 500, headers
{%- endif %}
