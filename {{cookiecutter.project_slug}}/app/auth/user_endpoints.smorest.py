"""The endpoints of accounts."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.api.framework import Blueprint
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

bp = Blueprint("users-api", __name__, url_prefix="/api/users", description="Accounts")


@bp.route("")
class Users(MethodView):
    """All accounts."""

    @bp.token()
    @bp.arguments(UserQuerySchema, location="query")
    @bp.response(200, UserPageSchema, headers=LINK, others=(401, 403, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the accounts, for administrators."""
        return handlers.list_users(query)

    @bp.token()
    @limit_writes
    @bp.arguments(NewUserSchema)
    @bp.response(201, UserSchema, headers={**ETAG, **LOCATION}, others=(*WRITE, 403, 409))
    def post(self, fields: dict[str, Any]) -> Response:
        """Create an account, as an administrator."""
        return handlers.create_user(fields)


@bp.route("/me")
class OwnUser(MethodView):
    """The account of the token."""

    @bp.token()
    @bp.response(200, UserSchema, headers=ETAG, others=(304, 401, 412))
    def get(self) -> Response:
        """Read the own account."""
        return handlers.read_own_user()


@bp.route("/<id:user_id>")
class User(MethodView):
    """One account."""

    @bp.token()
    @bp.response(200, UserSchema, headers=ETAG, others=(304, 401, 403, 404, 412))
    def get(self, user_id: int) -> Response:
        """Read an account: one's own, or any as an administrator."""
        return handlers.read_user(user_id)

    @bp.token()
    @limit_writes
    @bp.arguments(UserInputSchema)
    @bp.response(200, UserSchema, headers=ETAG, others=(*WRITE, 403, 404, 409, 412))
    def put(self, fields: dict[str, Any], user_id: int) -> Response:
        """Replace an account's data; only administrators change more than the name."""
        return handlers.change_user(user_id, fields)

    @bp.token()
    @limit_writes
    @bp.arguments(UserInputSchema(partial=True))
    @bp.response(200, UserSchema, headers=ETAG, others=(*WRITE, 403, 404, 409, 412))
    def patch(self, fields: dict[str, Any], user_id: int) -> Response:
        """Change some of an account's data; only administrators change more than the name."""
        return handlers.change_user(user_id, fields)
