"""Parts of the OpenAPI document: title, names, security schemes, headers, responses."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from flask import Flask
from marshmallow import Schema

SECURITY_SCHEMES = {
    "access": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "refresh": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The refresh token. It can be used once.",
    },
}

TEXT = {"type": "string"}
ETAG = {"ETag": {"schema": TEXT, "description": "The version of the resource (RFC 9110)"}}
LINK = {"Link": {"schema": TEXT, "description": "The previous and the next page (RFC 8288)"}}
LOCATION = {"Location": {"schema": TEXT, "description": "The URL of the new resource"}}
# A client gets these statuses only when it sends the header.
CONDITIONAL_HEADERS: dict[int, dict[str, Any]] = {
    304: {
        "in": "header",
        "name": "If-None-Match",
        "description": "Return 304 if the ETag of the resource is still this one",
        "schema": TEXT,
    },
    412: {
        "in": "header",
        "name": "If-Match",
        "description": "Return 412 if the ETag of the resource is no longer this one",
        "schema": TEXT,
    },
}
# The error statuses of views that read a JSON body, and of those that also need a token and have a
# rate limit.
BODY_ERRORS = (400, 413, 415, 422)
WRITE_ERRORS = (*BODY_ERRORS, 401, 429)


def specification(app: Flask) -> dict[str, Any]:
    """Return the arguments of `APISpec`, without its plugins."""
    return {
        "title": app.config["APP_NAME"],
        "version": "1",
        "openapi_version": "3.1.0",
        "info": {"description": app.config["APP_DESCRIPTION"]},
    }


def schema_name(schema: type[Schema] | Schema) -> str:
    """Return the name of a schema in the document: its class without "Schema"."""
    partial = isinstance(schema, Schema) and schema.partial
    kind = type(schema) if isinstance(schema, Schema) else schema
    return f"{'Partial' if partial else ''}{kind.__name__.removesuffix('Schema')}"


def tag_name(url: str) -> str:
    """Return the tag of the operations at `url`: "users" for "/api/users/{id}"."""
    return url.split("/")[2]


def add_security_schemes(spec: APISpec) -> None:
    """Add the two types of tokens to the components of the document."""
    for name, scheme in SECURITY_SCHEMES.items():
        spec.components.security_scheme(name, scheme)


def alternative_responses(statuses: Collection[int]) -> dict[str, Any]:
    """Return the `responses` of an operation other than success, and the request headers that cause
    them.

    `parameters` is left out if it would be empty, because the framework would then drop the
    parameters of the query string.
    """
    responses = {status: HTTPStatus(status).name for status in statuses}
    headers = [CONDITIONAL_HEADERS[status] for status in statuses if status in CONDITIONAL_HEADERS]
    return {"responses": responses} | ({"parameters": headers} if headers else {})


def security(*, optional: bool, refresh: bool) -> list[dict[str, list[str]]]:
    """Return the `security` of an operation: which token it needs."""
    required: list[dict[str, list[str]]] = [{"refresh" if refresh else "access": []}]
    return [{}, *required] if optional else required
