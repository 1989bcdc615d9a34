"""The API endpoints of accounts."""
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

from collections.abc import Callable
from typing import Any

from flask import {% if framework == "Flask-RESTful" %}Blueprint, {% endif %}Flask, Response, abort, request
{%- if framework == "Flask-Smorest" %}
from flask.views import MethodView
{%- elif framework == "Flask-RESTX" %}
from flask_restx import Namespace, Resource
{%- else %}
from flask_restful import Resource
{%- endif %}
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.api import register
{%- if framework != "Flask-Smorest" %}
from app.api.decorators import arguments, doc, response
{%- endif %}
from app.api.etags import lock_and_match, resource_response
{%- if framework == "Flask-Smorest" %}
from app.api.framework import Blueprint
{%- elif framework == "Flask-RESTful" %}
from app.api.framework import Api
{%- endif %}
from app.api.openapi_components import ETAG, LINK, LOCATION, WRITE_ERRORS
from app.api.responses import page_response, paginate_query
from app.auth import service, sessions
from app.auth.models import User
from app.auth.schemas import (
    USER_ORDERS,
    NewUserSchema,
    UserInputSchema,
    UserPageSchema,
    UserQuerySchema,
    UserSchema,
    to_json,
)
from app.auth.tokens import limit_writes, token_required, token_session
from app.db.pagination import SeekQuery
from app.db.transactions import commit_with_retry
from app.extensions import db

# Users may change these fields of their own account; the others are for administrators.
OWN_FIELDS = {"name"}

{% if framework == "Flask-Smorest" -%}
blp = Blueprint("users-api", __name__, url_prefix="/api/users", description="Accounts")
{%- elif framework == "Flask-RESTX" -%}
ns = Namespace("users", description="Accounts")
{%- else -%}
bp = Blueprint("users-api", __name__, url_prefix="/api/users")
api = Api(bp, description="Accounts")
{%- endif %}


{{ route("") }}class UserList({{ View }}):
    """All accounts."""

    @{{ blp }}doc(operationId="list_users")
    @token_required()
    @{{ blp }}arguments(UserQuerySchema, location="query")
    @{{ blp }}response(200, UserPageSchema, headers=LINK, alternatives=(401, 403, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the accounts, as an administrator."""
        require_admin(token_session().user)
        users = SeekQuery[User](select(User), USER_ORDERS[query["sort"]])
        return page_response(paginate_query(users, query), to_json)

    @{{ blp }}doc(operationId="create_user")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(NewUserSchema)
    @{{ blp }}response(201, UserSchema, headers=ETAG | LOCATION, alternatives=(*WRITE_ERRORS, 403, 409))
    def post(self, fields: dict[str, Any]) -> Response:
        """Create an account, as an administrator."""
        require_admin(token_session().user)

        def create() -> User:
            account = {name: value for name, value in fields.items() if name != "active"}
            user = service.create_user(**account)
            user.active = fields["active"]
            return user

        user = commit_or_409(create)
        location = f"{request.script_root}/api/users/{user.id}"
        return resource_response(to_json(user), 201, {"Location": location})


{{ route("/me") }}class OwnUser({{ View }}):
    """The account of the token."""

    @{{ blp }}doc(operationId="read_own_user")
    @token_required()
    @{{ blp }}response(200, UserSchema, headers=ETAG, alternatives=(304, 401, 412))
    def get(self) -> Response:
        """Read your own account."""
        return resource_response(to_json(token_session().user))


{{ route("/<id:user_id>") }}class UserItem({{ View }}):
    """One account."""

    @{{ blp }}doc(operationId="read_user")
    @token_required()
    @{{ blp }}response(200, UserSchema, headers=ETAG, alternatives=(304, 401, 403, 404, 412))
    def get(self, user_id: int) -> Response:
        """Read your own account, or any account as an administrator."""
        return resource_response(to_json(get_user_or_404(user_id, token_session().user)))

    @{{ blp }}doc(operationId="replace_user")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(UserInputSchema)
    @{{ blp }}response(200, UserSchema, headers=ETAG, alternatives=(*WRITE_ERRORS, 403, 404, 409, 412))
    def put(self, fields: dict[str, Any], user_id: int) -> Response:
        """Replace an account. Only administrators can change more than the name."""
        return change_user(user_id, fields)

    @{{ blp }}doc(operationId="update_user")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(UserInputSchema(partial=True))
    @{{ blp }}response(200, UserSchema, headers=ETAG, alternatives=(*WRITE_ERRORS, 403, 404, 409, 412))
    def patch(self, fields: dict[str, Any], user_id: int) -> Response:
        """Update fields of an account. Only administrators can change more than the name."""
        return change_user(user_id, fields)
{%- if framework == "Flask-RESTful" %}


api.add_resource(UserList, "")
api.add_resource(OwnUser, "/me")
api.add_resource(UserItem, "/<id:user_id>")
{%- endif %}


def change_user(user_id: int, fields: dict[str, Any]) -> Response:
    """Set the fields of an account; a locked account is logged out on every device."""
    actor = token_session().user

    def change() -> User:
        user = get_user_or_404(user_id, actor)
        # Check the permission after locking the rows, because another administrator may be changing
        # the actor's role.
        service.lock_rows({actor.id, user.id})
        lock_and_match(user, to_json)
        check_permission(actor, user, fields)
        for name, value in fields.items():
            setattr(user, name, value)
        if not user.active:
            sessions.revoke_all(user)
        return user

    return resource_response(to_json(commit_or_409(change)))


def get_user_or_404(user_id: int, actor: User) -> User:
    """Return an account that `actor`, the user of the token, may read.

    Aborts with 403 for other accounts, existing or not, unless `actor` is an administrator.
    """
    if actor.id == user_id:
        return actor
    require_admin(actor)
    user = db.session.get(User, user_id)
    if user is None:
        abort(404, "There is no user with this id.")
    return user


def require_admin(actor: User) -> None:
    """Abort with 403 unless `actor` is an administrator."""
    if not actor.is_admin:
        abort(403, "Only an administrator may do this.")


def check_permission(actor: User, user: User, fields: dict[str, Any]) -> None:
    """Abort with 403 or 409 if `actor` may not set these fields of `user`.

    Administrators cannot demote or lock themselves, so one of them always remains.
    """
    if not actor.active:
        abort(403, "Your account is locked.")
    if actor is not user:
        require_admin(actor)
    changed = {name for name, value in fields.items() if getattr(user, name) != value}
    reserved = changed - OWN_FIELDS
    if reserved and not actor.is_admin:
        abort(403, f"Only an administrator may change: {', '.join(sorted(reserved))}.")
    if actor is user and changed & {"active", "role"}:
        abort(409, "You cannot lock or demote your own account. Ask another administrator.")


def commit_or_409(work: Callable[[], User]) -> User:
    """Run `work` and commit; abort with 409 if the e-mail address belongs to another account."""
    try:
        return commit_with_retry(work)
    except IntegrityError:
        abort(409, "Another account has this e-mail address. Use a different one.")


def init_app(app: Flask) -> None:
    """Add the endpoints to `app`."""
    register(app, {{ {"Flask-Smorest": "blp", "Flask-RESTX": "ns", "Flask-RESTful": "api"}[framework] }})
