"""The API endpoints of posts."""
{%- set framework = cookiecutter.api_framework %}
{%- set blp = "blp." if framework == "Flask-Smorest" else "" %}
{%- set View = "MethodView" if framework == "Flask-Smorest" else "Resource" %}
{%- macro route(url) -%}
{%- if framework == "Flask-Smorest" -%}
@blp.route("{{ url }}")
{% elif framework == "Flask-RESTX" -%}
@ns.route("{{ url }}")
{% endif -%}
{%- endmacro %}

from typing import Any

from flask import {% if framework == "Flask-RESTful" %}Blueprint, {% endif %}Flask, Response, request
{%- if framework == "Flask-Smorest" %}
from flask.views import MethodView
{%- elif framework == "Flask-RESTX" %}
from flask_restx import Namespace, Resource
{%- else %}
from flask_restful import Resource
{%- endif %}

from app.api import register
{%- if framework != "Flask-Smorest" %}
from app.api.decorators import arguments, doc, response
{%- endif %}
from app.api.etags import lock_and_match, resource_response
{%- if framework == "Flask-Smorest" %}
from app.api.framework import Blueprint
{%- elif framework == "Flask-RESTful" %}
from app.api.framework import Api
{%- endif %}
from app.api.openapi_components import ETAG, LINK, LOCATION, WRITE_ERRORS
from app.api.responses import page_response, paginate_query
from app.auth.tokens import limit_writes, token_required, token_user
from app.db.transactions import commit_with_retry
from app.extensions import db
from app.posts import queries
from app.posts.models import Post
from app.posts.schemas import (
    PostInputSchema,
    PostPageSchema,
    PostQuerySchema,
    PostSchema,
    summary_to_json,
    to_json,
)

{% if framework == "Flask-Smorest" -%}
blp = Blueprint("posts-api", __name__, url_prefix="/api/posts", description="Posts by authors")
{%- elif framework == "Flask-RESTX" -%}
ns = Namespace("posts", description="Posts by authors")
{%- else -%}
bp = Blueprint("posts-api", __name__, url_prefix="/api/posts")
api = Api(bp, description="Posts by authors")
{%- endif %}


{{ route("") }}class PostList({{ View }}):
    """All posts."""

    @{{ blp }}doc(operationId="list_posts")
    @token_required(optional=True)
    @{{ blp }}arguments(PostQuerySchema, location="query")
    @{{ blp }}response(200, PostPageSchema, headers=LINK, alternatives=(401, 404, 422))
    def get(self, query: dict[str, Any]) -> Response:
        """List the published posts, without their texts."""
        posts = queries.published(
            query["sort"], author_id=query.get("author"), words=query.get("q", "")
        )
        return page_response(paginate_query(posts, query), summary_to_json)

    @{{ blp }}doc(operationId="create_post")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(PostInputSchema)
    @{{ blp }}response(201, PostSchema, headers=ETAG | LOCATION, alternatives=WRITE_ERRORS)
    def post(self, fields: dict[str, Any]) -> Response:
        """Create a post."""
        post = Post(**fields, author=token_user())
        db.session.add(post)
        db.session.commit()
        location = f"{request.script_root}/api/posts/{post.id}"
        return resource_response(to_json(post), 201, {"Location": location})


{{ route("/<id:post_id>") }}class PostItem({{ View }}):
    """One post."""

    @{{ blp }}doc(operationId="read_post")
    @token_required(optional=True)
    @{{ blp }}response(200, PostSchema, headers=ETAG, alternatives=(304, 401, 404, 412))
    def get(self, post_id: int) -> Response:
        """Read a post. Only the author and administrators can read a draft."""
        return resource_response(to_json(queries.get_post_or_404(post_id, token_user())))

    @{{ blp }}doc(operationId="replace_post")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(PostInputSchema)
    @{{ blp }}response(200, PostSchema, headers=ETAG, alternatives=(*WRITE_ERRORS, 403, 404, 412))
    def put(self, fields: dict[str, Any], post_id: int) -> Response:
        """Replace a post, as its author or an administrator."""
        return change_post(post_id, fields)

    @{{ blp }}doc(operationId="update_post")
    @token_required()
    @limit_writes
    @{{ blp }}arguments(PostInputSchema(partial=True))
    @{{ blp }}response(200, PostSchema, headers=ETAG, alternatives=(*WRITE_ERRORS, 403, 404, 412))
    def patch(self, fields: dict[str, Any], post_id: int) -> Response:
        """Update fields of a post, as its author or an administrator."""
        return change_post(post_id, fields)

    @{{ blp }}doc(operationId="delete_post")
    @token_required()
    @limit_writes
    @{{ blp }}response(204, alternatives=(401, 403, 404, 412, 429))
    def delete(self, post_id: int) -> Response:
        """Delete a post, as its author or an administrator."""

        def delete() -> None:
            db.session.delete(get_locked_post(post_id))

        commit_with_retry(delete)
        return Response(status=204)
{%- if framework == "Flask-RESTful" %}


api.add_resource(PostList, "")
api.add_resource(PostItem, "/<id:post_id>")
{%- endif %}


def change_post(post_id: int, fields: dict[str, Any]) -> Response:
    """Set the fields of a post and return it."""

    def change() -> Post:
        post = get_locked_post(post_id)
        for name, value in fields.items():
            setattr(post, name, value)
        return post

    return resource_response(to_json(commit_with_retry(change)))


def get_locked_post(post_id: int) -> Post:
    """Return a post that the user of the token may edit, locked until the commit.

    Aborts with 403 or 404, or with 412 if `If-Match` does not match.
    """
    post = queries.get_post_or_404(post_id, token_user(), to_edit=True)
    lock_and_match(post, to_json)
    return post


def init_app(app: Flask) -> None:
    """Add the endpoints to `app`."""
    register(app, {{ {"Flask-Smorest": "blp", "Flask-RESTX": "ns", "Flask-RESTful": "api"}[framework] }})
