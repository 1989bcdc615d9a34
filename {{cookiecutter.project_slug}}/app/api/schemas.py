"""Schemas that every feature can use: pages of a list, and problem details."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from app.api.fields import ANY_TEXT

LONGEST_CURSOR = 2000
LARGEST_PAGE = 100


class PageQuerySchema(Schema):
    """The options of a page of a list."""

    limit = fields.Integer(
        load_default=20,
        validate=Range(1, LARGEST_PAGE),
        metadata={"description": "The greatest number of items"},
    )
    after = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor `after` of the previous page",
            "pattern": ANY_TEXT,
        },
    )
    before = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor `before` of the next page",
            "pattern": ANY_TEXT,
        },
    )


class PageSchema(Schema):
    """A page of a list, with the cursors of the pages before and after it."""

    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)


class ProblemSchema(Schema):
    """An error response (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "The error messages of each invalid field"},
    )
