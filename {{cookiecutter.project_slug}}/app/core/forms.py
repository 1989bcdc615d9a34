"""The base class of every form, and the filters and validators that several features share."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField
from wtforms.validators import ValidationError

from app.core import single_line
from app.db.types import is_storable

UNSTORABLE = "This text has a character that cannot be stored, such as NUL. Remove it."


class Form(FlaskForm):
    """The base class of every form: a field gets what a browser sends for its type, or nothing.

    Text that not every database can store is refused.
    """

    class Meta(FlaskForm.Meta):
        """Where the values of a form come from."""

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """Return the values of the fields, of the request unless `formdata` holds some.

            Flask-WTF also takes JSON, in which a text can be a number or a list, and passes a file
            to a field that expects a text.
            """
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            if not form.is_submitted():
                return None
            texts = {field.name for field in form if not isinstance(field, FileField)}
            values: MultiDict[str, Any] = MultiDict(request.form)
            for name, file in request.files.items(multi=True):
                if name not in texts:
                    values.add(name, file)
            return values or None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Return whether the values are valid; no validator sees text that cannot be stored."""
        refused = [field for field in self if not all(map(is_storable, texts_of(field)))]
        for field in refused:
            field.errors = [UNSTORABLE]
        return not refused and super().validate(extra_validators)


def texts_of(field: Field) -> list[str]:
    """Return the texts in the data of a field, which may hold one or several values."""
    values = field.data if isinstance(field.data, list) else [field.data]
    return [value for value in values if isinstance(value, str)]


def stripped(value: str | None) -> str | None:
    """Return `value` without surrounding white space."""
    return value.strip() if value else value


class SingleLine:
    """Validates a name or title: one line with at least one visible character."""

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Raise `ValidationError` for control characters, and for a text that shows nothing."""
        problem = single_line.validation_error(field.data or "")
        if problem:
            raise ValidationError(problem)
