"""What the endpoints of posts do, whatever framework calls them."""

from typing import Any, cast

from flask import Response, request
from flask_jwt_extended import get_current_user

from app.api.etags import lock_and_match, resource_response
from app.api.responses import page_response, paginate_query
from app.auth.models import User
from app.db.transactions import commit_with_retry
from app.extensions import db
from app.posts import queries
from app.posts.models import Post
from app.posts.schemas import summary_to_json, to_json

Fields = dict[str, Any]


def list_posts(query: Fields) -> Response:
    """Return a page of the published posts."""
    posts = queries.published()
    if "author" in query:
        posts = posts.where(Post.author_id == query["author"])
    if query.get("q"):
        posts = queries.matching(posts, query["q"])
    return page_response(
        paginate_query(posts, queries.ORDERS[query["sort"]], query), summary_to_json
    )


def create_post(fields: Fields) -> Response:
    """Store a post of the token's user."""
    post = Post(**fields, author=user_of_token())
    db.session.add(post)
    db.session.commit()
    location = f"{request.script_root}/api/posts/{post.id}"
    return resource_response(to_json(post), 201, {"Location": location})


def read_post(post_id: int) -> Response:
    """Return a post."""
    return resource_response(to_json(queries.get_post_or_404(post_id, user_of_token())))


def change_post(post_id: int, fields: Fields) -> Response:
    """Change a post."""

    def change() -> Post:
        post = queries.get_post_or_404(post_id, user_of_token(), to_edit=True)
        lock_and_match(post, to_json)
        for name, value in fields.items():
            setattr(post, name, value)
        return post

    return resource_response(to_json(commit_with_retry(change)))


def delete_post(post_id: int) -> Response:
    """Delete a post."""

    def delete() -> None:
        post = queries.get_post_or_404(post_id, user_of_token(), to_edit=True)
        lock_and_match(post, to_json)
        db.session.delete(post)

    commit_with_retry(delete)
    return Response(status=204)


def user_of_token() -> User | None:
    """Return who sends the request; None for a visitor without a token."""
    session = get_current_user()
    return cast("User", session.user) if session else None
