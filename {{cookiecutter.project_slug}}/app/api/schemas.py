"""Schemas that belong to no feature: pages of a list and problem details."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, Range

from app.api.fields import ANY_TEXT

LONGEST_CURSOR = 2000
LARGEST_PAGE = 100


class PageQuerySchema(Schema):
    """Which part of a list is wanted."""

    limit = fields.Integer(
        load_default=20,
        validate=Range(1, LARGEST_PAGE),
        metadata={"description": "How many items at most"},
    )
    after = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor that the previous page calls `after`",
            "pattern": ANY_TEXT,
        },
    )
    before = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={
            "description": "The cursor that the next page calls `before`",
            "pattern": ANY_TEXT,
        },
    )


class PageSchema(Schema):
    """A part of a list, and the cursors of its neighbours."""

    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)


class ProblemSchema(Schema):
    """Why a request failed (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Sentences about each field that cannot be accepted"},
    )
