"""The endpoints of posts."""

from typing import Any

from flask import Response
from flask.views import MethodView

from app.api.framework import Blueprint
from app.api.openapi_components import ETAG, LINK, LOCATION, WRITE
from app.auth.tokens import limit_writes
from app.posts import handlers
from app.posts.schemas import PostInputSchema, PostPageSchema, PostQuerySchema, PostSchema

bp = Blueprint("posts-api", __name__, url_prefix="/api/posts", description="Posts by authors")


@bp.route("")
class Posts(MethodView):
    """All posts."""

    @bp.token(optional=True)
    @bp.arguments(PostQuerySchema, location="query")
    @bp.response(200, PostPageSchema, headers=LINK, others=(401, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the published posts, without their texts."""
        return handlers.list_posts(query)

    @bp.token()
    @limit_writes
    @bp.arguments(PostInputSchema)
    @bp.response(201, PostSchema, headers={**ETAG, **LOCATION}, others=WRITE)
    def post(self, fields: dict[str, Any]) -> Response:
        """Write a post."""
        return handlers.create_post(fields)


@bp.route("/<id:post_id>")
class Post(MethodView):
    """One post."""

    @bp.token(optional=True)
    @bp.response(200, PostSchema, headers=ETAG, others=(304, 401, 404, 412))
    def get(self, post_id: int) -> Response:
        """Read a post; drafts are for their authors and administrators."""
        return handlers.read_post(post_id)

    @bp.token()
    @limit_writes
    @bp.arguments(PostInputSchema)
    @bp.response(200, PostSchema, headers=ETAG, others=(*WRITE, 403, 404, 412))
    def put(self, fields: dict[str, Any], post_id: int) -> Response:
        """Replace a post, as its author or an administrator."""
        return handlers.change_post(post_id, fields)

    @bp.token()
    @limit_writes
    @bp.arguments(PostInputSchema(partial=True))
    @bp.response(200, PostSchema, headers=ETAG, others=(*WRITE, 403, 404, 412))
    def patch(self, fields: dict[str, Any], post_id: int) -> Response:
        """Change a part of a post, as its author or an administrator."""
        return handlers.change_post(post_id, fields)

    @bp.token()
    @limit_writes
    @bp.response(204, others=(401, 403, 404, 412, 429))
    def delete(self, post_id: int) -> Response:
        """Delete a post, as its author or an administrator."""
        return handlers.delete_post(post_id)
