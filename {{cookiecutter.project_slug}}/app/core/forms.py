"""Filters and validators that the forms of several features share."""

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from app.core import single_line


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
