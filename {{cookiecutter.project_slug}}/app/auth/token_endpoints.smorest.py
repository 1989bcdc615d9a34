"""The endpoints that give tokens and take them back."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.api.framework import Blueprint
from app.api.openapi_components import BODY
from app.api.parsing import email_in_body
from app.auth import handlers
from app.auth.schemas import LoginSchema, TokensSchema
from app.auth.throttling import limit_sign_in
from app.auth.tokens import limit_writes

bp = Blueprint("auth-api", __name__, url_prefix="/api/auth", description="Tokens")


@bp.route("/login")
class Login(MethodView):
    """Signs in."""

    @limit_sign_in(email_in_body)
    @bp.arguments(LoginSchema)
    @bp.response(200, TokensSchema, others=(*BODY, 401, 429))
    def post(self, fields: dict[str, Any]) -> Response:
        """Log in."""
        return handlers.log_in(fields)


@bp.route("/refresh")
class Refresh(MethodView):
    """Renews tokens."""

    @bp.token(refresh=True)
    @limit_writes
    @bp.response(200, TokensSchema, others=(401, 429))
    def post(self) -> Response:
        """Change a refresh token for the next pair of tokens."""
        return handlers.refresh()


@bp.route("/logout")
class Logout(MethodView):
    """Signs out."""

    @bp.token()
    @bp.response(204, others=(401,))
    def post(self) -> Response:
        """Log out: both tokens stop working at once."""
        return handlers.log_out()
