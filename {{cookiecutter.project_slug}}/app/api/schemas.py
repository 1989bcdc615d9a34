"""What requests and answers hold: marshmallow checks the former, apispec documents both."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates
from marshmallow.validate import Length, OneOf, Range

from app.auth import passwords
from app.auth.models import LONGEST_EMAIL, LONGEST_NAME, Role, User
from app.auth.operations import EmailError, normal_email
from app.database import is_storable
from app.pagination import Order

LONGEST_CURSOR = 2000
LARGEST_PAGE = 100

USER_ORDERS = {
    "id": Order(User.id, User.id),
    "-id": Order(User.id, User.id, descending=True),
    "email": Order(User.email, User.id),
    "-email": Order(User.email, User.id, descending=True),
}

ANY_TEXT = r"^[^\x00]*$"
NOT_BLANK = r"^[^\x00]*[^\s\x00][^\x00]*$"


class Text(fields.String):
    """A text that every database can store: no NUL character, no half of a surrogate pair."""

    def __init__(
        self,
        longest: int,
        *,
        blank: bool = False,
        strip: bool = True,
        **options: Any,
    ) -> None:
        """Take the largest number of characters, and the options of a marshmallow field.

        `blank` lets a text of white space pass; `strip` takes surrounding white space off.
        """
        self.longest, self.blank, self.strip = longest, blank, strip
        metadata = {"pattern": ANY_TEXT if blank else NOT_BLANK, **options.pop("metadata", {})}
        super().__init__(validate=Length(max=longest), metadata=metadata, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        text = super()._deserialize(value, *args, **options)
        if not is_storable(text):
            raise ValidationError("This text holds a character that cannot be stored.")
        if not self.blank and not text.strip():
            raise ValidationError("This text is empty.")
        # The length that is documented is that of the text as it is sent.
        if len(text) > self.longest:
            raise ValidationError(f"Use at most {self.longest} characters.")
        return text.strip() if self.strip else text


class Email(Text):
    """An e-mail address, brought into the form that is stored."""

    def __init__(self, **options: Any) -> None:
        """Take the options of a marshmallow field."""
        super().__init__(LONGEST_EMAIL, metadata={"format": "email"}, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        try:
            return normal_email(super()._deserialize(value, *args, **options))
        except EmailError as error:
            raise ValidationError(str(error)) from error


class Truth(fields.Boolean):
    """JSON's true or false, and no word or number that could mean it."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class LoginSchema(Schema):
    """Who wants to log in."""

    email = Text(LONGEST_EMAIL, required=True)
    password = Text(passwords.LONGEST_BYTES, required=True, strip=False)


class TokensSchema(Schema):
    """A pair of tokens, as OAuth 2 names them (RFC 6749, section 5.1)."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    token_type = fields.String(required=True, validate=OneOf(["Bearer"]))
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds"})


class UserSchema(Schema):
    """An account."""

    id = fields.Integer(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    active = fields.Boolean(required=True)
    created_at = fields.DateTime(required=True)


class UserInputSchema(Schema):
    """What can be changed of an account."""

    email = Email(required=True)
    name = Text(LONGEST_NAME, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    active = Truth(required=True)


class NewUserSchema(Schema):
    """A new account."""

    email = Email(required=True)
    name = Text(LONGEST_NAME, required=True)
    password = Text(
        passwords.LONGEST_BYTES,
        required=True,
        strip=False,
        metadata={"minLength": passwords.SHORTEST},
    )
    role = fields.Enum(Role, by_value=True, load_default=Role.USER)
    active = Truth(load_default=True)

    @validates("password")
    def check_password(self, value: str, **options: object) -> None:
        """Raise `ValidationError` with the sentence that says why a password is refused."""
        fault = passwords.problem_with(value)
        if fault:
            raise ValidationError(fault)


class PageQuerySchema(Schema):
    """Which part of a list is wanted."""

    limit = fields.Integer(
        load_default=20,
        validate=Range(1, LARGEST_PAGE),
        metadata={"description": "How many items at most"},
    )
    after = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor that the previous page calls `after`",
            "pattern": ANY_TEXT,
        },
    )
    before = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor that the next page calls `before`",
            "pattern": ANY_TEXT,
        },
    )


class UserQuerySchema(PageQuerySchema):
    """Which accounts are wanted."""

    sort = fields.String(load_default="id", validate=OneOf(list(USER_ORDERS)))


class PageSchema(Schema):
    """A part of a list, and the cursors of its neighbours."""

    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)


class UserPageSchema(PageSchema):
    """A page of accounts."""

    items = fields.List(fields.Nested(UserSchema), required=True)


class ProblemSchema(Schema):
    """Why a request failed (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Sentences about each field that cannot be accepted"},
    )
