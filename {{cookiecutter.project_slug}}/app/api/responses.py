"""JSON responses: of single resources, and of the pages of a list."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from flask import Response, abort, request

from app.db.pagination import CursorError, Page, SeekQuery
from app.db.transactions import use_autocommit

T = TypeVar("T")


def json_response(
    data: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a JSON response; dates and times are written as RFC 3339 says."""
    return Response(orjson.dumps(data), status, headers, mimetype="application/json")


def paginate_query(query: SeekQuery[T], options: Mapping[str, Any]) -> Page[T]:
    """Return the page of `query` for `options`, which `PageQuerySchema` has loaded.

    Aborts with 404 for an invalid cursor. `before` is ignored if there is `after`.
    """
    if query.row_type is None:
        use_autocommit()
    after, before = options.get("after"), options.get("before")
    try:
        return query.page(limit=options["limit"], after=after, before=before)
    except CursorError as error:
        abort(404, str(error))


def page_response(page: Page[T], to_json: Callable[[T], dict[str, Any]]) -> Response:
    """Return a page as JSON, with a `Link` header to the previous and the next page (RFC 8288)."""
    cursors = {"before": page.before, "after": page.after}
    response = json_response({"items": [to_json(item) for item in page.items], **cursors})
    links = [
        f'<{page_url(name, cursor)}>; rel="{relation}"'
        for relation, (name, cursor) in zip(("prev", "next"), cursors.items(), strict=True)
        if cursor
    ]
    if links:
        response.headers["Link"] = ", ".join(links)
    return response


def page_url(name: str, cursor: str) -> str:
    """Return the URL of the page at `cursor`, with the other options of this request.

    `name` is "before" or "after".
    """
    kept = {key: value for key, value in request.args.items() if key not in ("before", "after")}
    return f"{request.script_root}{request.path}?{urlencode(kept | {name: cursor})}"
