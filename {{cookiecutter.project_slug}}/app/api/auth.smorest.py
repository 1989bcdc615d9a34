"""The endpoints that give tokens and take them back."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.api import handlers
from app.api.documentation import BODY
from app.api.framework import Blueprint
from app.api.parser import sent_email
from app.api.schemas import LoginSchema, TokensSchema
from app.api.tokens import limit_writes
from app.auth.throttle import limit_sign_in

bp = Blueprint("auth-api", __name__, url_prefix="/api/auth", description="Tokens")


@bp.route("/login")
class Login(MethodView):
    """Signs in."""

    @limit_sign_in(sent_email)
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
