"""JSON answers: plain ones, and pages with links to their neighbours."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, abort, request
from sqlalchemy import Select

from app.db.pagination import CursorError, Order, Page, paginate
from app.db.transactions import use_autocommit

T = TypeVar("T")


def json_response(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `data` as JSON; moments are written as RFC 3339 says."""
    return Response(orjson.dumps(data), status, headers, mimetype="application/json")


def paginate_query(query: Select[T], order: Order, options: Mapping[str, Any]) -> Page[T]:
    """Return the page of `query` that the options of `PageQuerySchema` ask for.

    Answers 404 to a cursor that was made up. `after` wins over `before`.
    """
    use_autocommit()
    after, before = options.get("after"), options.get("before")
    try:
        return paginate(query, order, limit=options["limit"], after=after, before=before)
    except CursorError as error:
        abort(404, str(error))


def page_response(page: Page[T], to_json: Callable[[T], dict[str, Any]]) -> Response:
    """Return a page of items, and the addresses of its neighbours as `Link` (RFC 8288)."""
    cursors = {"before": page.before, "after": page.after}
    response = json_response({"items": [to_json(item) for item in page.items], **cursors})
    links = [
        f'<{neighbour(name, cursor)}>; rel="{relation}"'
        for relation, (name, cursor) in zip(("prev", "next"), cursors.items(), strict=True)
        if cursor
    ]
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def neighbour(name: str, cursor: str) -> str:
    """Return the address of this list from `cursor` on, whatever else the query string says."""
    kept = {key: value for key, value in request.args.items() if key not in ("before", "after")}
    return f"{request.script_root}{request.path}?{urlencode(kept | {name: cursor})}"
