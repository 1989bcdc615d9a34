"""How request bodies and query strings are read."""

import json
from typing import Any

import marshmallow
from flask import Request, abort, request
from webargs.flaskparser import FlaskParser


def read_json(request: Request) -> Any:
    """Return the JSON that `request` carries; answer 415 to another type, 400 to a malformed one."""
    if not request.is_json:
        abort(415, "Send JSON, with the content type application/json.")
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        abort(400, "The body is not valid JSON.")


def email_in_body() -> str:
    """Return the member `email` of the request's body, "" where there is no such text."""
    content = request.get_data() if request.is_json else b""
    try:
        email = json.loads(content)["email"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    return email if isinstance(email, str) else ""


class Parser(FlaskParser):
    """Webargs' parser, which otherwise takes another type of body for an empty one."""

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Return the request's JSON."""
        return read_json(req)


parser = Parser()
# A misspelt option is told, instead of answering another question than was asked.
parser.DEFAULT_UNKNOWN_BY_LOCATION = {"json": marshmallow.RAISE, "query": marshmallow.RAISE}
