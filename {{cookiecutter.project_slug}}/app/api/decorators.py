"""Decorators of operations: they do what they say, and `app.api.openapi_builder` reads what they said.

The outermost comes first: token, limit, body, answer.
"""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, cast

from flask import Response
from flask_jwt_extended import jwt_required
from marshmallow import Schema

from app.api import openapi_components
from app.api.parsing import parser

View = Callable[..., Response]
Decorator = Callable[[View], View]
AnySchema = Schema | type[Schema]


def token(*, optional: bool = False, refresh: bool = False) -> Decorator:
    """Let only requests with a valid token through."""
    require = jwt_required(optional=optional, refresh=refresh)
    security = openapi_components.security(optional=optional, refresh=refresh)
    return lambda view: declare(require(view), security=security)


def takes(schema: AnySchema, *, location: str = "json") -> Decorator:
    """Hand the validated body, or another part of the request, to the view."""
    # An instance: of a class, one would be made for every request.
    made = schema() if isinstance(schema, type) else schema
    parse = parser.use_args(made, location=location)
    if location == "json":
        content = {"application/json": {"schema": made}}
        facts: dict[str, Any] = {"requestBody": {"required": True, "content": content}}
    else:
        facts = {"parameters": [{"in": location, "schema": made}]}
    return lambda view: declare(cast("View", parse(view)), **facts)


def answers(
    status: int,
    schema: AnySchema | None = None,
    *,
    headers: Mapping[str, Any] | None = None,
    others: Collection[int] = (),
) -> Decorator:
    """Document what the view answers, and with which `others` it may end."""
    success: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if schema is not None:
        success["content"] = {"application/json": {"schema": schema}}
    if headers is not None:
        success["headers"] = headers
    outcomes = openapi_components.outcomes(others)
    outcomes["responses"] |= {status: success, "default": "DEFAULT_ERROR"}
    return lambda view: declare(view, **outcomes)


def declare(view: View, **facts: Any) -> View:
    """Return `view` with more facts for its documentation; lists grow."""
    known = declaration(view)
    parameters = [*known.get("parameters", []), *facts.pop("parameters", [])]
    vars(view)["declaration"] = {**known, **facts, "parameters": parameters}
    return view


def declaration(view: View) -> dict[str, Any]:
    """Return what the decorators of a view said."""
    return cast("dict[str, Any]", vars(view).get("declaration", {}))
