"""Error responses as problem details (RFC 9457)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response{% if cookiecutter.__web %}, request{% endif %}
from werkzeug.exceptions import HTTPException

CONTENT_TYPE = "application/problem+json"
INVALID_FIELDS = "Some fields are not valid. Correct the fields that are listed in errors."


def problem_response(error: HTTPException) -> Response:
    """Return the response to `error`, with its headers.

    Libraries store details in `error.data`: a sentence as `message`, the invalid fields of the
    request as `errors` or `messages`.
    """
    details = getattr(error, "data", None) or {}
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code or 500,
        "detail": details.get("message") or error.description,
    }
    invalid = details.get("errors") or details.get("messages")
    if invalid:
        content["detail"] = details.get("message") or INVALID_FIELDS
        content["errors"] = dict(field_errors(invalid))
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return Response(json.dumps(content), content["status"], headers, content_type=CONTENT_TYPE)


def field_errors(invalid: Mapping[Any, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield the path of each invalid field, such as `tags.0.name`, and its error messages.

    webargs groups the fields by their location, "json" or "query". The path leaves it out.
    """
    for name, found in invalid.items():
        inner = str(name) if not path else f"{path}.{name}"
        if not isinstance(found, Mapping):
            yield inner, [str(message) for message in found]
        elif not path and name in ("json", "query"):
            yield from field_errors(found)
        else:
            yield from field_errors(found, inner)
{%- if cookiecutter.__web %}


def is_api_request() -> bool:
    """Return whether the request is for the API, or prefers JSON to HTML."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or (
        accepted["application/json"] > accepted["text/html"]
    )
{%- endif %}
