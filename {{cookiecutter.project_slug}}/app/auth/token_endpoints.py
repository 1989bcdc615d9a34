"""The API endpoints that log in, refresh tokens and log out."""
{%- set framework = cookiecutter.api_framework %}
{%- set blp = "blp." if framework == "Flask-Smorest" else "" %}
{%- set View = "MethodView" if framework == "Flask-Smorest" else "Resource" %}
{%- macro route(url) -%}
{%- if framework == "Flask-Smorest" -%}
@blp.route("{{ url }}")
{% elif framework == "Flask-RESTX" -%}
@ns.route("{{ url }}")
{% endif -%}
{%- endmacro %}

from typing import Any

from flask import {% if framework == "Flask-RESTful" %}Blueprint, {% endif %}Flask, Response
{%- if framework == "Flask-Smorest" %}
from flask.views import MethodView
{%- elif framework == "Flask-RESTX" %}
from flask_restx import Namespace, Resource
{%- else %}
from flask_restful import Resource
{%- endif %}

from app.api import register
{%- if framework != "Flask-Smorest" %}
from app.api.decorators import arguments, doc, response
{%- endif %}
{%- if framework == "Flask-Smorest" %}
from app.api.framework import Blueprint
{%- elif framework == "Flask-RESTful" %}
from app.api.framework import Api
{%- endif %}
from app.api.openapi_components import BODY_ERRORS
from app.api.parsing import email_in_body
from app.api.responses import json_response
from app.auth import throttling, tokens
from app.auth.schemas import LoginSchema, TokensSchema
from app.auth.tokens import limit_writes, token_required, token_session

# Caches must not store tokens (RFC 6749, section 5.1).
NO_STORE = {"Cache-Control": "no-store"}

{% if framework == "Flask-Smorest" -%}
blp = Blueprint("auth-api", __name__, url_prefix="/api/auth", description="Tokens")
{%- elif framework == "Flask-RESTX" -%}
ns = Namespace("auth", description="Tokens")
{%- else -%}
bp = Blueprint("auth-api", __name__, url_prefix="/api/auth")
api = Api(bp, description="Tokens")
{%- endif %}


{{ route("/login") }}class Login({{ View }}):
    """Log in."""

    @{{ blp }}doc(operationId="log_in")
    @throttling.limit_sign_in(email_in_body)
    @{{ blp }}arguments(LoginSchema)
    @{{ blp }}response(200, TokensSchema, alternatives=(*BODY_ERRORS, 401, 429))
    def post(self, fields: dict[str, Any]) -> Response:
        """Log in with an e-mail address and a password."""
        user = throttling.authenticate_throttled(fields["email"], fields["password"])
        if user is None:
            raise tokens.unauthorized("The e-mail address or the password is wrong.")
        return json_response(tokens.issue(user), headers=NO_STORE)


{{ route("/refresh") }}class Refresh({{ View }}):
    """Refresh the tokens."""

    @{{ blp }}doc(operationId="refresh_tokens")
    @token_required(refresh=True)
    @limit_writes
    @{{ blp }}response(200, TokensSchema, alternatives=(401, 429))
    def post(self) -> Response:
        """Exchange a refresh token for a new pair of tokens."""
        return json_response(tokens.rotate(token_session()), headers=NO_STORE)


{{ route("/logout") }}class Logout({{ View }}):
    """Log out."""

    @{{ blp }}doc(operationId="log_out")
    @token_required()
    @{{ blp }}response(204, alternatives=(401,))
    def post(self) -> Response:
        """Log out: both tokens of the session stop working at once."""
        tokens.revoke(token_session())
        return Response(status=204)
{%- if framework == "Flask-RESTful" %}


api.add_resource(Login, "/login")
api.add_resource(Refresh, "/refresh")
api.add_resource(Logout, "/logout")
{%- endif %}


def init_app(app: Flask) -> None:
    """Add the endpoints to `app`."""
    tokens.init_app(app)
    register(app, {{ {"Flask-Smorest": "blp", "Flask-RESTX": "ns", "Flask-RESTful": "api"}[framework] }})
