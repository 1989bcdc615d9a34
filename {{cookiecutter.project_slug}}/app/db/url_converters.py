"""The URL converter `id`, and the range of the ids of rows."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# The largest number in an INTEGER column. PostgreSQL raises an error if a query compares such a
# column with a larger number.
LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """Matches the id of a row in a URL rule, as in `<id:user_id>`.

    Numbers above `LARGEST_ID` do not match, so the response is 404.
    """

    regex = r"\d{1,10}"

    def __init__(self, map: Map) -> None:
        """Take the URL map, which Werkzeug passes to every converter."""
        super().__init__(map, min=1, max=LARGEST_ID)


def init_app(app: Flask) -> None:
    """Register the converter as `id`."""
    app.url_map.converters["id"] = IdConverter


def is_valid_id(value: object) -> bool:
    """Return whether `value` is an int in the range of ids."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= LARGEST_ID
