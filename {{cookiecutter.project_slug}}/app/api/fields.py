"""Marshmallow fields that accept only values that every database can store."""

from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import Length

from app.core import single_line
from app.db.types import is_storable

ANY_TEXT = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\s\x00][^\x00]*$"


class StorableString(fields.String):
    """A string without NUL characters and lone surrogates."""

    def __init__(
        self,
        longest: int,
        *,
        blank: bool = False,
        strip: bool = True,
        **options: Any,
    ) -> None:
        """Accept at most `longest` characters. `options` are those of a marshmallow field.

        `blank` accepts white space only; `strip` removes white space at both ends.
        """
        self.longest, self.blank, self.strip = longest, blank, strip
        metadata = {"pattern": ANY_TEXT if blank else NOT_BLANK, **options.pop("metadata", {})}
        super().__init__(validate=Length(max=longest), metadata=metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        if not is_storable(text):
            raise ValidationError(
                "This text has a character that cannot be stored, such as NUL. Remove it."
            )
        if not self.blank and not text.strip():
            raise ValidationError("This text must not be empty.")
        # Checked before stripping, because maxLength in the OpenAPI document applies to the text as
        # it is sent.
        if len(text) > self.longest:
            raise ValidationError(f"Use at most {self.longest} characters.")
        return text.strip() if self.strip else text


class SingleLine(StorableString):
    """A name or title: one line with at least one visible character."""

    def __init__(self, longest: int, **options: Any) -> None:
        """Take the largest number of characters, and the options of a marshmallow field."""
        metadata = {"pattern": single_line.PATTERN, **options.pop("metadata", {})}
        super().__init__(longest, metadata=metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        problem = single_line.validation_error(text)
        if problem:
            raise ValidationError(problem)
        return text


class StrictBoolean(fields.Boolean):
    """A boolean that accepts only JSON's true and false, no words or numbers."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value
