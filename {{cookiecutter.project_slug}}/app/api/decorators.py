"""View decorators: validate the request, and record what the OpenAPI document says of the view.

`app.api.openapi_builder` reads what they record. Order, outermost first: `doc`, `token_required`,
a rate limit, `arguments`, `response`.
"""

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Any, cast

from flask import Response
from marshmallow import Schema

from app.api import openapi_components
from app.api.parsing import parser

View = Callable[..., Response]
Decorator = Callable[[View], View]
AnySchema = Schema | type[Schema]


def doc(**members: Any) -> Decorator:
    """Add members to the OpenAPI operation of a view; `parameters` are appended."""

    def decorate(view: View) -> View:
        known = operation(view)
        parameters = [*known.get("parameters", []), *members.get("parameters", [])]
        merged = {**known, **members} | ({"parameters": parameters} if parameters else {})
        vars(view)["openapi_operation"] = merged
        return view

    return decorate


def operation(view: View) -> dict[str, Any]:
    """Return the OpenAPI operation that the decorators of a view recorded."""
    return cast("dict[str, Any]", vars(view).get("openapi_operation", {}))


def arguments(schema: AnySchema, *, location: str = "json") -> Decorator:
    """Validate the JSON body or the query string, and pass the result to the view.

    `location` is "json" or "query". A request with other fields or values gets a 422.
    """
    # webargs would make an instance of a class for every request, which takes 50 to 80 µs.
    instance = schema() if isinstance(schema, type) else schema
    if location == "json":
        content = {"application/json": {"schema": instance}}
        members: dict[str, Any] = {"requestBody": {"required": True, "content": content}}
    else:
        members = {"parameters": [{"in": location, "schema": instance}]}
    validate = parser.use_args(instance, location=location)
    return lambda view: doc(**members)(cast("View", validate(view)))


def response(
    status: int,
    schema: AnySchema | None = None,
    *,
    headers: Mapping[str, Any] | None = None,
    alternatives: Collection[int] = (),
) -> Decorator:
    """Document the response of a view; `alternatives` are the other statuses it can have."""
    success: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if schema is not None:
        success["content"] = {"application/json": {"schema": schema}}
    if headers is not None:
        success["headers"] = headers
    members = openapi_components.alternative_responses(alternatives)
    members["responses"] |= {status: success, "default": "DEFAULT_ERROR"}
    return doc(**members)
