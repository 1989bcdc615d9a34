"""The endpoints of accounts."""

from typing import Any

from flask import Blueprint, Response
from flask_restful import Resource

from app.api.decorators import answers, takes, token
from app.api.framework import Api
from app.api.openapi_components import ETAG, LINK, LOCATION, WRITE
from app.auth import handlers
from app.auth.schemas import (
    NewUserSchema,
    UserInputSchema,
    UserPageSchema,
    UserQuerySchema,
    UserSchema,
)
from app.auth.tokens import limit_writes

bp = Blueprint("users-api", __name__, url_prefix="/api/users")
api = Api(bp)


@api.resource("")
class Users(Resource):
    """All accounts."""

    @token()
    @takes(UserQuerySchema, location="query")
    @answers(200, UserPageSchema, headers=LINK, others=(401, 403, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the accounts, for administrators."""
        return handlers.list_users(query)

    @token()
    @limit_writes
    @takes(NewUserSchema)
    @answers(201, UserSchema, headers={**ETAG, **LOCATION}, others=(*WRITE, 403, 409))
    def post(self, fields: dict[str, Any]) -> Response:
        """Create an account, as an administrator."""
        return handlers.create_user(fields)


@api.resource("/me")
class OwnUser(Resource):
    """The account of the token."""

    @token()
    @answers(200, UserSchema, headers=ETAG, others=(304, 401, 412))
    def get(self) -> Response:
        """Read the own account."""
        return handlers.read_own_user()


@api.resource("/<id:user_id>")
class User(Resource):
    """One account."""

    @token()
    @answers(200, UserSchema, headers=ETAG, others=(304, 401, 403, 404, 412))
    def get(self, user_id: int) -> Response:
        """Read an account: one's own, or any as an administrator."""
        return handlers.read_user(user_id)

    @token()
    @limit_writes
    @takes(UserInputSchema)
    @answers(200, UserSchema, headers=ETAG, others=(*WRITE, 403, 404, 409, 412))
    def put(self, fields: dict[str, Any], user_id: int) -> Response:
        """Replace an account's data; only administrators change more than the name."""
        return handlers.change_user(user_id, fields)

    @token()
    @limit_writes
    @takes(UserInputSchema(partial=True))
    @answers(200, UserSchema, headers=ETAG, others=(*WRITE, 403, 404, 409, 412))
    def patch(self, fields: dict[str, Any], user_id: int) -> Response:
        """Change some of an account's data; only administrators change more than the name."""
        return handlers.change_user(user_id, fields)
