"""ETags: clients can cache a resource, and cannot overwrite a change that they have not seen.

See RFC 9110, sections 8.8.3 and 13.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson
from flask import Response, abort, request
from sqlalchemy import CursorResult, inspect, update

from app.api.responses import json_response
from app.extensions import db


def etag_of(data: Mapping[str, Any]) -> str:
    """Return the ETag of a resource with the content `data`."""
    return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def require_match(data: Mapping[str, Any]) -> None:
    """Abort with 412 if the request has an `If-Match` that is not the ETag of `data`."""
    if "If-Match" in request.headers and not request.if_match.contains(etag_of(data)):
        abort(412, "The resource has changed since you read it. Read it again.")


def lock_and_match(row: Any, to_json: Callable[[Any], dict[str, Any]]) -> None:
    """Lock a row until the commit and compare it with `If-Match`.

    Aborts with 412 if they differ and with 404 if the row has just been deleted.
    """
    # An UPDATE without a change locks the row in every database. SQLite has no SELECT FOR UPDATE,
    # and MySQL would read an older version of the row.
    model = type(row)
    touch = update(model).where(model.id == row.id).values(updated_at=model.updated_at)
    if not cast("CursorResult[Any]", db.session.execute(touch)).rowcount:
        abort(404, "The resource has just been deleted.")
    columns = inspect(model).column_attrs.keys()
    db.session.refresh(row, columns, with_for_update=True)
    require_match(to_json(row))


def resource_response(
    data: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a resource with its ETag; 304 if the request has this ETag in `If-None-Match`."""
    response = json_response(data, status, headers)
    response.set_etag(etag_of(data))
    if request.method in ("GET", "HEAD"):
        require_match(data)
        if request.if_none_match.contains_weak(etag_of(data)):
            response.status_code = 304
    return response
