"""Schemas of posts. They validate requests and describe JSON in the OpenAPI document."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from app.api.fields import SingleLine, StorableString, StrictBoolean
from app.api.schemas import PageQuerySchema, PageSchema
from app.db.url_converters import LARGEST_ID
from app.posts.models import LONGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE, Post
from app.posts.queries import ORDERS, PostSummary

LONGEST_SEARCH = 100
# The examples of the OpenAPI document.
TITLE, SUMMARY = "Hello World", "The first post."
BODY = {"description": "Markdown", "example": "This text is **Markdown**."}


class AuthorSchema(Schema):
    """The author of a post."""

    id = fields.Integer(required=True, metadata={"example": 1})
    name = fields.String(required=True, metadata={"example": "Ann"})


class PostSummarySchema(Schema):
    """A post in a list."""

    id = fields.Integer(required=True, metadata={"example": 1})
    title = fields.String(required=True, metadata={"example": TITLE})
    slug = fields.String(required=True, metadata={"example": "hello-world"})
    summary = fields.String(required=True, metadata={"example": SUMMARY})
    published = fields.Boolean(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    author = fields.Nested(AuthorSchema, required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class PostSchema(PostSummarySchema):
    """A post."""

    body = fields.String(required=True, metadata=BODY)


class PostInputSchema(Schema):
    """The fields of a post that can be changed."""

    title = SingleLine(LONGEST_TITLE, required=True, metadata={"example": TITLE})
    summary = StorableString(
        LONGEST_SUMMARY, blank=True, load_default="", metadata={"example": SUMMARY}
    )
    body = StorableString(LONGEST_BODY, required=True, strip=False, metadata=BODY)
    published = StrictBoolean(load_default=False)


class PostPageSchema(PageSchema):
    """A page of posts."""

    items = fields.List(fields.Nested(PostSummarySchema), required=True)


class PostQuerySchema(PageQuerySchema):
    """The options of a list of posts."""

    sort = fields.String(load_default="-published_at", validate=OneOf(list(ORDERS)))
    author = fields.Integer(
        validate=Range(1, LARGEST_ID), metadata={"description": "The id of an account"}
    )
    q = StorableString(
        LONGEST_SEARCH, blank=True, metadata={"description": "Words in the title or the summary"}
    )


def summary_to_json(post: Post | PostSummary) -> dict[str, Any]:
    """Return the JSON that `PostSummarySchema` describes; its `dump` takes five times as long."""
    return {
        "id": post.id,
        "title": post.title,
        "slug": post.slug,
        "summary": post.summary,
        "published": post.published_at is not None,
        "published_at": post.published_at,
        "author": {"id": post.author_id, "name": post.author_name},
        "created_at": post.created_at,
        "updated_at": post.updated_at,
    }


def to_json(post: Post) -> dict[str, Any]:
    """Return the JSON that `PostSchema` describes."""
    return {**summary_to_json(post), "body": post.body}
