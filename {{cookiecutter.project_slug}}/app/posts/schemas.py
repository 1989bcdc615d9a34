"""What requests about posts, and answers to them, hold."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Range

from app.api.fields import StorableString, StrictBoolean
from app.api.schemas import PageQuerySchema, PageSchema
from app.db.url_converters import LARGEST_ID
from app.posts.models import LONGEST_BODY, LONGEST_SUMMARY, LONGEST_TITLE, Post
from app.posts.queries import ORDERS, PostSummary

LONGEST_SEARCH = 100


class AuthorSchema(Schema):
    """Who wrote a post."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class PostSummarySchema(Schema):
    """A post in a list."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    slug = fields.String(required=True)
    summary = fields.String(required=True)
    published = fields.Boolean(required=True)
    published_at = fields.DateTime(required=True, allow_none=True)
    author = fields.Nested(AuthorSchema, required=True)
    created_at = fields.DateTime(required=True)
    updated_at = fields.DateTime(required=True)


class PostSchema(PostSummarySchema):
    """A post."""

    body = fields.String(required=True, metadata={"description": "Markdown"})


class PostInputSchema(Schema):
    """What its author says in a post."""

    title = StorableString(LONGEST_TITLE, required=True)
    summary = StorableString(LONGEST_SUMMARY, blank=True, load_default="")
    body = StorableString(
        LONGEST_BODY, required=True, strip=False, metadata={"description": "Markdown"}
    )
    published = StrictBoolean(load_default=False)


class PostPageSchema(PageSchema):
    """A page of posts."""

    items = fields.List(fields.Nested(PostSummarySchema), required=True)


class PostQuerySchema(PageQuerySchema):
    """Which posts are wanted."""

    sort = fields.String(load_default="-published_at", validate=OneOf(list(ORDERS)))
    author = fields.Integer(
        validate=Range(1, LARGEST_ID), metadata={"description": "The id of an account"}
    )
    q = StorableString(LONGEST_SEARCH, blank=True, metadata={"description": "Words to search for"})


def summary_to_json(post: Post | PostSummary) -> dict[str, Any]:
    """Return what `PostSummarySchema` describes, in a fifth of the time that its dump takes."""
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
    """Return what `PostSchema` describes."""
    return {**summary_to_json(post), "body": post.body}
