"""What the endpoints of accounts do, whatever framework calls them."""

from collections.abc import Callable
from typing import Any

from flask import Response, abort, request
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.api.etags import lock_and_match, resource_response
from app.api.responses import json_response, page_response, paginate_query
from app.auth import service, sessions, throttling, tokens
from app.auth.models import User
from app.auth.schemas import USER_ORDERS
from app.auth.tokens import session_of_token
from app.db.transactions import commit_with_retry
from app.extensions import db

# Tokens must not stay in any cache (RFC 6749, section 5.1).
NO_STORE = {"Cache-Control": "no-store"}
OWN_FIELDS = {"name"}

Fields = dict[str, Any]


def log_in(fields: Fields) -> Response:
    """Return tokens for the right password."""
    user = throttling.authenticate(fields["email"], fields["password"])
    if user is None:
        raise tokens.unauthorized("The e-mail address or the password is wrong.")
    return json_response(tokens.issue(user), headers=NO_STORE)


def refresh() -> Response:
    """Change the refresh token of the request for the next pair of tokens."""
    return json_response(tokens.rotate(session_of_token()), headers=NO_STORE)


def log_out() -> Response:
    """Revoke the tokens of the session that the request belongs to."""
    tokens.revoke(session_of_token())
    return Response(status=204)


def to_json(user: User) -> Fields:
    """Return what `UserSchema` describes."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role.value,
        "active": user.active,
        "created_at": user.created_at,
    }


def list_users(query: Fields) -> Response:
    """Return a page of accounts to an administrator."""
    require_admin()
    page = paginate_query(select(User), USER_ORDERS[query["sort"]], query)
    return page_response(page, to_json)


def create_user(fields: Fields) -> Response:
    """Add an account."""
    require_admin()

    def create() -> User:
        account = {name: value for name, value in fields.items() if name != "active"}
        user = service.create_user(**account)
        user.active = fields["active"]
        return user

    user = commit_or_409(create)
    location = f"{request.script_root}/api/users/{user.id}"
    return resource_response(to_json(user), 201, {"Location": location})


def read_user(user_id: int) -> Response:
    """Return an account to its owner or an administrator."""
    return resource_response(to_json(get_user_or_404(user_id)))


def read_own_user() -> Response:
    """Return the account of the token."""
    return resource_response(to_json(session_of_token().user))


def change_user(user_id: int, fields: Fields) -> Response:
    """Change an account; one that is locked is signed out of every device."""

    def change() -> User:
        user = get_user_or_404(user_id)
        lock_and_match(user, to_json)
        refuse_changes(session_of_token().user, user, fields)
        for name, value in fields.items():
            setattr(user, name, value)
        if not user.active:
            sessions.revoke_all(user)
        return user

    return resource_response(to_json(commit_or_409(change)))


def require_admin() -> None:
    """Answer 403 unless the token is an administrator's."""
    if not session_of_token().user.is_admin:
        abort(403, "Only an administrator may do this.")


def get_user_or_404(user_id: int) -> User:
    """Return an account that the token may see; others are 403 whether or not they exist."""
    own = session_of_token().user
    if own.id == user_id:
        return own
    require_admin()
    user = db.session.get(User, user_id)
    if user is None:
        abort(404, "There is no such user.")
    return user


def refuse_changes(actor: User, user: User, fields: Fields) -> None:
    """Answer 403 or 409 to changes of `user` that `actor` must not make."""
    changed = {name for name, value in fields.items() if getattr(user, name) != value}
    reserved = changed - OWN_FIELDS
    if reserved and not actor.is_admin:
        abort(403, f"Only an administrator may change: {', '.join(sorted(reserved))}.")
    if actor is user and changed & {"active", "role"}:
        abort(409, "You cannot lock or demote yourself; another administrator can.")


def commit_or_409(work: Callable[[], User]) -> User:
    """Commit what `work` does to an account; answer 409 if its e-mail address is taken."""
    try:
        return commit_with_retry(work)
    except IntegrityError:
        abort(409, "This e-mail address has an account already.")
