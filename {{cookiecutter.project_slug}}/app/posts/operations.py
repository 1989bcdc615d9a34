"""What forms do with posts, whatever page sends them."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.auth.models import User
from app.extensions import db
from app.posts import page_queries, queries
from app.posts.forms import PostForm
from app.posts.models import Post


def store_once(form: PostForm, author: User) -> Post:
    """Store and return the new post of `author`; the stored one if the form was sent before."""
    author_id = author.id
    post = Post(author=author, published=form.publishes(False))
    form.populate_obj(post)
    post.submission_key = form.submission_key()
    db.session.add(post)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        post = page_queries.get_submitted(author_id, form.submission_key())
    return post


def change(post_id: int, form: PostForm, user: User) -> Post:
    """Return the post with what the form holds; the caller commits.

    Raises `StaleDataError` where the post is not the one any more that the form showed.
    """
    post = queries.get_post_or_404(post_id, user, to_edit=True)
    if form.version.is_outdated(post.version):
        raise StaleDataError
    form.populate_obj(post)
    post.published = form.publishes(post.published)
    return post
