"""Errors as problem details (RFC 9457)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Response{% if cookiecutter.__web %}, request{% endif %}
from werkzeug.exceptions import HTTPException

CONTENT_TYPE = "application/problem+json"


def problem_response(error: HTTPException) -> Response:
    """Return the answer to `error`, with the headers that belong to it.

    Parsers and frameworks leave what they know in `error.data`: a sentence as `message`, the faults
    of the input as `errors` or `messages`.
    """
    facts = getattr(error, "data", None) or {}
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code or 500,
        "detail": facts.get("message") or error.description,
    }
    faults = facts.get("errors") or facts.get("messages")
    if faults:
        content["detail"] = facts.get("message") or "Some values cannot be accepted; see errors."
        content["errors"] = dict(fields(faults))
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return Response(json.dumps(content), content["status"], headers, content_type=CONTENT_TYPE)


def fields(faults: Mapping[Any, Any], path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield each faulty field with its sentences; `a.0.b` stands for what is nested.

    Parsers put the part of the request on top, which no client needs: a field's name tells.
    """
    for name, found in faults.items():
        inner = str(name) if not path else f"{path}.{name}"
        if not isinstance(found, Mapping):
            yield inner, [str(sentence) for sentence in found]
        elif not path and name in ("json", "query"):
            yield from fields(found)
        else:
            yield from fields(found, inner)
{%- if cookiecutter.__web %}


def is_api_request() -> bool:
    """Return whether the client is a program: it calls the API, or prefers JSON to HTML."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/") or (
        accepted["application/json"] > accepted["text/html"]
    )
{%- endif %}
