"""Schemas of accounts and tokens: marshmallow validates requests, apispec documents them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import OneOf

from app.api.fields import SingleLine, StorableString, StrictBoolean
from app.api.schemas import PageQuerySchema, PageSchema
from app.auth import passwords
from app.auth.models import LONGEST_EMAIL, LONGEST_NAME, Role, User
from app.auth.service import EmailError, normalize_email
from app.db.pagination import Order

USER_ORDERS = {
    "id": Order(User.id, User.id),
    "-id": Order(User.id, User.id, descending=True),
    "email": Order(User.email, User.id),
    "-email": Order(User.email, User.id, descending=True),
}


class Email(StorableString):
    """An e-mail address, brought into the form that is stored."""

    def __init__(self, **options: Any) -> None:
        """Take the options of a marshmallow field."""
        super().__init__(LONGEST_EMAIL, metadata={"format": "email"}, **options)

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> str:
        try:
            return normalize_email(super()._deserialize(value, *args, **options))
        except EmailError as error:
            raise ValidationError(str(error)) from error


class LoginSchema(Schema):
    """Who wants to log in."""

    email = StorableString(LONGEST_EMAIL, required=True)
    password = StorableString(passwords.LONGEST_BYTES, required=True, strip=False)


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
    name = SingleLine(LONGEST_NAME, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    active = StrictBoolean(required=True)


class NewUserSchema(Schema):
    """A new account."""

    email = Email(required=True)
    name = SingleLine(LONGEST_NAME, required=True)
    password = StorableString(
        passwords.LONGEST_BYTES,
        required=True,
        strip=False,
        metadata={"minLength": passwords.SHORTEST},
    )
    role = fields.Enum(Role, by_value=True, load_default=Role.USER)
    active = StrictBoolean(load_default=True)

    @validates_schema
    def check_password(self, data: dict[str, Any], **options: object) -> None:
        """Raise `ValidationError` if the password is too short, too long or easy to guess."""
        problem = passwords.validation_error(data["password"], data["email"], data["name"])
        if problem:
            raise ValidationError({"password": [problem]})


class UserQuerySchema(PageQuerySchema):
    """Which accounts are wanted."""

    sort = fields.String(load_default="id", validate=OneOf(list(USER_ORDERS)))


class UserPageSchema(PageSchema):
    """A page of accounts."""

    items = fields.List(fields.Nested(UserSchema), required=True)
