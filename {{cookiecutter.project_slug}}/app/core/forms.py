"""What the forms of several features share: cleaning of text, and input that survives a refusal.

A form whose CSRF token is refused (the person logged out or in again in another tab, or the session
ended) is shown again with what was sent.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField
from wtforms.validators import Length

from app.core.errors import handle_http_exception

Input = MultiDict[str, str]

# The names of the fields that tell forms apart, which say nothing to people.
FORM_ID, VERSION = "form_id", "version"


def init_app(app: Flask) -> None:
    """Let `app` show a form again whose CSRF token is refused."""
    app.register_error_handler(CSRFError, show_again)


def stripped(value: str | None) -> str | None:
    """Return `value` without surrounding white space."""
    return value.strip() if value else value


class Form(FlaskForm):
    """The base class of all forms: after a refusal it holds what was sent."""

    class Meta(FlaskForm.Meta):
        """How the form reads its input."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return the input of the request, or the input that a refusal kept."""
            return super().wrap_formdata(form, formdata) or g.get("kept_input")


class FormIdField(HiddenField):
    """A random id of each form that is shown: two requests with the same id are one submission.

    A form calls it `form_id`.
    """

    def __init__(self, **options: Any) -> None:
        """Take the options of a hidden field."""
        super().__init__(
            default=lambda: secrets.token_hex(16), validators=[Length(max=64)], **options
        )

    def populate_obj(self, obj: Any, name: str) -> None:
        """Store nothing: the id belongs to the form."""


class VersionField(HiddenField):
    """The version of the row that the person saw when the form was opened.

    A form calls it `version`.
    """

    def populate_obj(self, obj: Any, name: str) -> None:
        """Store nothing: the database counts the versions."""

    def is_outdated(self, current: int) -> bool:
        """Say whether the row has changed since; `current` is its version now."""
        # Where the request names no version, `data` is that of the row itself.
        seen = self.raw_data[0] if self.raw_data else str(current)
        return bool(seen != str(current))


def take_input() -> Input | None:
    """Return what a form sent that could not be handled, for a page that keeps it; once.

    None for requests that send no form, or a form with a password: a page must not repeat it.
    """
    sent: Input = g.pop("kept_input", None) or request.form
    kept = MultiDict((name, text) for name, text in sent.items(multi=True) if name != "csrf_token")
    return kept if kept and not any("password" in name for name in kept) else None


def texts_of(kept: Input) -> list[str]:
    """Return what a person wrote in a form, without ticks, buttons and hidden ids."""
    fields = kept.items(multi=True)
    return [text for name, text in fields if name not in (FORM_ID, VERSION) and len(text) > 1]


def show_again(error: CSRFError) -> ResponseReturnValue:
    """Return the page of the refused form with its input; the page of `error` where there is none.

    The view is called as for a GET request, so that it changes nothing.
    """
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()) or not is_own_form():
        return handle_http_exception(error)
    view = current_app.ensure_sync(current_app.view_functions[rule.endpoint])
    method, g.kept_input = request.method, request.form
    request.method = "GET"
    try:
        response = make_response(view(**(request.view_args or {})))
    finally:
        request.method = method
    if response.status_code == 200:
        response.status_code = 400
    return response if response.status_code in (400, 401) else handle_http_exception(error)


def is_own_form() -> bool:
    """Say whether a page of this site sent the form, and expects a page; see RFC 6454 on `Origin`."""
    origin = request.headers.get("Origin")
    is_from_here = origin is None or urlsplit(origin).netloc == request.host
    accepted = request.accept_mimetypes
    return is_from_here and (not accepted or accepted.accept_html)
