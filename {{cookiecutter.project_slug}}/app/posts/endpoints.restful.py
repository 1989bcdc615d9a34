"""The endpoints of posts."""

from typing import Any

from flask import Blueprint, Response
from flask_restful import Resource

from app.api.decorators import answers, takes, token
from app.api.framework import Api
from app.api.openapi_components import ETAG, LINK, LOCATION, WRITE
from app.auth.tokens import limit_writes
from app.posts import handlers
from app.posts.schemas import PostInputSchema, PostPageSchema, PostQuerySchema, PostSchema

bp = Blueprint("posts-api", __name__, url_prefix="/api/posts")
api = Api(bp)


@api.resource("")
class Posts(Resource):
    """All posts."""

    @token(optional=True)
    @takes(PostQuerySchema, location="query")
    @answers(200, PostPageSchema, headers=LINK, others=(401, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the published posts, without their texts."""
        return handlers.list_posts(query)

    @token()
    @limit_writes
    @takes(PostInputSchema)
    @answers(201, PostSchema, headers={**ETAG, **LOCATION}, others=WRITE)
    def post(self, fields: dict[str, Any]) -> Response:
        """Write a post."""
        return handlers.create_post(fields)


@api.resource("/<id:post_id>")
class Post(Resource):
    """One post."""

    @token(optional=True)
    @answers(200, PostSchema, headers=ETAG, others=(304, 401, 404, 412))
    def get(self, post_id: int) -> Response:
        """Read a post; drafts are for their authors and administrators."""
        return handlers.read_post(post_id)

    @token()
    @limit_writes
    @takes(PostInputSchema)
    @answers(200, PostSchema, headers=ETAG, others=(*WRITE, 403, 404, 412))
    def put(self, fields: dict[str, Any], post_id: int) -> Response:
        """Replace a post, as its author or an administrator."""
        return handlers.change_post(post_id, fields)

    @token()
    @limit_writes
    @takes(PostInputSchema(partial=True))
    @answers(200, PostSchema, headers=ETAG, others=(*WRITE, 403, 404, 412))
    def patch(self, fields: dict[str, Any], post_id: int) -> Response:
        """Change a part of a post, as its author or an administrator."""
        return handlers.change_post(post_id, fields)

    @token()
    @limit_writes
    @answers(204, others=(401, 403, 404, 412, 429))
    def delete(self, post_id: int) -> Response:
        """Delete a post, as its author or an administrator."""
        return handlers.delete_post(post_id)
