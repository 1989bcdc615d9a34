"""Parsing of request bodies and query strings."""

import json
from typing import Any

import marshmallow
from flask import Request, abort, request
from webargs.flaskparser import FlaskParser


def read_json(request: Request) -> Any:
    """Return the JSON body of `request`; abort with 415 for another type, 400 for invalid JSON."""
    if not request.is_json:
        abort(415, "The body is not JSON. Send JSON with the content type application/json.")
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        abort(400, "The body is not valid JSON. Correct its syntax.")


def email_in_body() -> str:
    """Return the string `email` of the JSON body; "" if there is none."""
    content = request.get_data() if request.is_json else b""
    try:
        email = json.loads(content)["email"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return ""
    return email if isinstance(email, str) else ""


class Parser(FlaskParser):
    """The webargs parser with `read_json`.

    The original treats a body of another content type as empty.
    """

    def load_json(self, req: Request, schema: marshmallow.Schema) -> Any:
        """Return the JSON body of the request."""
        return read_json(req)


parser = Parser()
# Unknown fields and query parameters are errors (422): they may be misspelt.
parser.DEFAULT_UNKNOWN_BY_LOCATION = {"json": marshmallow.RAISE, "query": marshmallow.RAISE}
