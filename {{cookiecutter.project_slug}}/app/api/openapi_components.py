"""The OpenAPI document, as far as it is the same whatever framework collects the operations."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from flask import Flask
from marshmallow import Schema

from app.api import problems
from app.api.schemas import ProblemSchema

SECURITY_SCHEMES = {
    "access": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "refresh": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The refresh token, which works once.",
    },
}

TEXT = {"type": "string"}
ETAG = {"ETag": {"schema": TEXT, "description": "The state of the resource (RFC 9110)"}}
LINK = {"Link": {"schema": TEXT, "description": "The neighbouring pages (RFC 8288)"}}
LOCATION = {"Location": {"schema": TEXT, "description": "The address of what was made"}}
CONDITIONS: dict[int, dict[str, Any]] = {
    304: {
        "in": "header",
        "name": "If-None-Match",
        "description": "Answer 304 if this is still the resource's ETag",
        "schema": TEXT,
    },
    412: {
        "in": "header",
        "name": "If-Match",
        "description": "Answer 412 unless this is still the resource's ETag",
        "schema": TEXT,
    },
}
# What the reading of a body, and of a body that stores something, can end with.
BODY = (400, 413, 415, 422)
WRITE = (*BODY, 401, 429)


def specification(app: Flask) -> dict[str, Any]:
    """Return the arguments of an `APISpec`, but its plugins."""
    return {
        "title": app.config["APP_NAME"],
        "version": "1",
        "openapi_version": "3.1.0",
        "info": {"description": app.config["APP_DESCRIPTION"]},
    }


def schema_name(schema: type[Schema] | Schema) -> str:
    """Return the name of a schema in the document."""
    partial = isinstance(schema, Schema) and schema.partial
    kind = type(schema) if isinstance(schema, Schema) else schema
    return f"{'Partial' if partial else ''}{kind.__name__.removesuffix('Schema')}"


def add_components(spec: APISpec) -> None:
    """Add what operations refer to: the tokens' schemes, and a response for each status."""
    for name, scheme in SECURITY_SCHEMES.items():
        spec.components.security_scheme(name, scheme)
    for status in HTTPStatus:
        response: dict[str, Any] = {"description": status.phrase}
        if status >= 400:
            response["content"] = {problems.CONTENT_TYPE: {"schema": ProblemSchema}}
        spec.components.response(status.name, response, lazy=True)
    content = {problems.CONTENT_TYPE: {"schema": ProblemSchema}}
    default = {"description": "Any other problem", "content": content}
    spec.components.response("DEFAULT_ERROR", default, lazy=True)


def outcomes(statuses: Collection[int]) -> dict[str, Any]:
    """Return how an operation documents the `statuses` it can answer besides success.

    Those that a request can ask for by a header bring this header along as `parameters`; without
    one the key is left out, lest an empty list replace the query's.
    """
    responses = {status: HTTPStatus(status).name for status in statuses}
    parameters = [CONDITIONS[status] for status in statuses if status in CONDITIONS]
    return {"responses": responses} | ({"parameters": parameters} if parameters else {})


def security(*, optional: bool, refresh: bool) -> list[dict[str, list[str]]]:
    """Return which token an operation documents to need."""
    required: list[dict[str, list[str]]] = [{"refresh" if refresh else "access": []}]
    return [{}, *required] if optional else required
