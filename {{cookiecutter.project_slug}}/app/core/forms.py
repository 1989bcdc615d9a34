"""The base class, fields, filters and validators of forms.

A form whose CSRF token is refused (the user logged out or in again in another tab, or the session
ended) is shown again with the input that was sent.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms import Field, FileField, HiddenField
from wtforms.validators import Length, ValidationError

from app.core import single_line
from app.core.errors import handle_http_exception
from app.db.types import is_storable

Input = MultiDict[str, str]

UNSTORABLE = "This text has a character that cannot be stored, such as NUL. Remove it."

# The names of the hidden fields of this module.
FORM_ID, VERSION = "form_id", "version"


def init_app(app: Flask) -> None:
    """Show a form of `app` again if its CSRF token is refused."""
    app.register_error_handler(CSRFError, show_again)


def stripped(value: str | None) -> str | None:
    """Return `value` without surrounding white space."""
    return value.strip() if value else value


class Form(FlaskForm):
    """The base class of all forms: a field gets what a browser sends for its type, or nothing.

    Text that not every database can store is refused. The input is kept after a refused CSRF token.
    """

    class Meta(FlaskForm.Meta):
        """Makes the form read the input that `show_again` kept."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return `formdata` if it holds values, else the input of the request.

            Flask-WTF also takes JSON, in which a text can be a number or a list, and passes a file
            to a field that expects a text. Without a submitted form, it is the input that
            `show_again` kept.
            """
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                return g.get("kept_input")
            texts = {field.name for field in form if not isinstance(field, FileField)}
            values: MultiDict[str, Any] = MultiDict(request.form)
            for name, file in request.files.items(multi=True):
                if name not in texts:
                    values.add(name, file)
            return values or None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Return whether the values are valid; no validator sees text that cannot be stored."""
        refused = [field for field in self if not all(map(is_storable, values_of(field)))]
        for field in refused:
            field.errors = [UNSTORABLE]
        return not refused and super().validate(extra_validators)


def values_of(field: Field) -> list[str]:
    """Return the texts in the data of a field, which may hold one or several values."""
    values = field.data if isinstance(field.data, list) else [field.data]
    return [value for value in values if isinstance(value, str)]


class SingleLine:
    """Validates a name or title: one line with at least one visible character."""

    def __call__(self, form: Form, field: Field) -> None:
        """Raise `ValidationError` for control characters, and for a text that shows nothing."""
        problem = single_line.validation_error(field.data or "")
        if problem:
            raise ValidationError(problem)


class FormIdField(HiddenField):
    """A random id for each displayed form: requests with the same id are one submission.

    The field must be called `form_id`.
    """

    def __init__(self, **options: Any) -> None:
        """Take the options of a hidden field."""
        super().__init__(
            default=lambda: secrets.token_hex(16), validators=[Length(max=64)], **options
        )

    def populate_obj(self, obj: Any, name: str) -> None:
        """Store nothing: the id belongs to the form."""


class VersionField(HiddenField):
    """The version of the row at the time when the form was displayed.

    The field must be called `version`.
    """

    def populate_obj(self, obj: Any, name: str) -> None:
        """Store nothing: SQLAlchemy counts the versions."""

    def is_outdated(self, current: int) -> bool:
        """Return whether the row has changed since then; `current` is its version now."""
        # If the request has no version, `data` is the version of the row itself.
        seen = self.raw_data[0] if self.raw_data else str(current)
        return bool(seen != str(current))


def take_input() -> Input | None:
    """Return the form input of the request, which could not be processed, so that a page can show
    it again.

    None if the request has no form input, or if the input holds a password, which a page must not
    repeat. It removes the input that `show_again` kept, so that no other form of the page reads it.
    """
    sent: Input = g.pop("kept_input", None) or request.form
    kept = MultiDict((name, text) for name, text in sent.items(multi=True) if name != "csrf_token")
    return kept if kept and not any("password" in name for name in kept) else None


def texts_of(kept: Input) -> list[str]:
    """Return the texts that the user typed.

    Values of one character are left out, because checkboxes and buttons send "y".
    """
    fields = kept.items(multi=True)
    return [text for name, text in fields if name not in (FORM_ID, VERSION) and len(text) > 1]


def show_again(error: CSRFError) -> ResponseReturnValue:
    """Return the page of the refused form with its input, or else the error page of `error`.

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
    except HTTPException as failure:
        # Flask does not handle errors of an error handler.
        return handle_http_exception(failure)
    finally:
        request.method = method
    if response.status_code == 200:
        response.status_code = 400
    return response if response.status_code in (400, 401) else handle_http_exception(error)


def is_own_form() -> bool:
    """Return whether a page of this site sent the form and expects a page.

    Browsers name the sender in `Origin` (RFC 6454).
    """
    origin = request.headers.get("Origin")
    is_from_here = origin is None or urlsplit(origin).netloc == request.host
    accepted = request.accept_mimetypes
    return is_from_here and (not accepted or accepted.accept_html)
