"""The ids of rows, in URLs and elsewhere: what no column could hold is no id."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# The end of SQL's INTEGER: PostgreSQL answers a comparison with a larger number by an error.
LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """`<id:name>` in a URL; a number that is too large is not found."""

    regex = r"\d{1,10}"

    def __init__(self, map: Map) -> None:
        """Take the URL map, as every converter does."""
        super().__init__(map, min=1, max=LARGEST_ID)


def init_app(app: Flask) -> None:
    """Let the URLs of `app` name rows by `<id:...>`."""
    app.url_map.converters["id"] = IdConverter


def is_valid_id(value: object) -> bool:
    """Say whether `value` may be the id of a row."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID
