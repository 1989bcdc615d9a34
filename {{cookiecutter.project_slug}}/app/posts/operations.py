"""Create and change posts with the input of a form."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.auth.models import User
from app.extensions import db
from app.posts import queries, site_queries
from app.posts.forms import PostForm
from app.posts.models import Post


def store_once(form: PostForm, author: User) -> Post:
    """Create a post by `author` and return it. If the form was sent before, return that post."""
    author_id = author.id
    post = Post(author=author, published=form.publishes(False))
    form.populate_obj(post)
    post.submission_key = form.submission_key()
    db.session.add(post)
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        post = site_queries.get_submitted(author_id, form.submission_key())
    return post


def change(post_id: int, form: PostForm, user: User) -> Post:
    """Set the fields of the post and return it; the caller commits.

    Raises `StaleDataError` if the post has changed since the form was displayed.
    """
    post = queries.get_post_or_404(post_id, user, to_edit=True)
    if form.version.is_outdated(post.version):
        raise StaleDataError
    form.populate_obj(post)
    post.published = form.publishes(post.published)
    return post
