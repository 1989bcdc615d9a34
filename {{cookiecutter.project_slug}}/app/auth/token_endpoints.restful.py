"""The endpoints that give tokens and take them back."""

from typing import Any

from flask import Blueprint, Response
from flask_restful import Resource

from app.api.decorators import answers, takes, token
from app.api.framework import Api
from app.api.openapi_components import BODY
from app.api.parsing import email_in_body
from app.auth import handlers
from app.auth.schemas import LoginSchema, TokensSchema
from app.auth.throttling import limit_sign_in
from app.auth.tokens import limit_writes

bp = Blueprint("auth-api", __name__, url_prefix="/api/auth")
api = Api(bp)


@api.resource("/login")
class Login(Resource):
    """Signs in."""

    @limit_sign_in(email_in_body)
    @takes(LoginSchema)
    @answers(200, TokensSchema, others=(*BODY, 401, 429))
    def post(self, fields: dict[str, Any]) -> Response:
        """Log in."""
        return handlers.log_in(fields)


@api.resource("/refresh")
class Refresh(Resource):
    """Renews tokens."""

    @token(refresh=True)
    @limit_writes
    @answers(200, TokensSchema, others=(401, 429))
    def post(self) -> Response:
        """Change a refresh token for the next pair of tokens."""
        return handlers.refresh()


@api.resource("/logout")
class Logout(Resource):
    """Signs out."""

    @token()
    @answers(204, others=(401,))
    def post(self) -> Response:
        """Log out: both tokens stop working at once."""
        return handlers.log_out()
