"""The pages of posts."""

from typing import TypeVar

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup

from app.auth.browser_sessions import account_or_network
from app.auth.models import User
from app.core import navigation
from app.db.pagination import CursorError, Page, SeekQuery
from app.db.transactions import use_autocommit
from app.extensions import db, limiter
from app.posts import queries
from app.posts.forms import DeleteForm, PostForm
from app.posts.markdown import to_html
from app.posts.models import Post

T = TypeVar("T")

PAGE_SIZE = 20
PANEL_SIZE = 5
LONGEST_SEARCH = 100

bp = Blueprint("posts", __name__, url_prefix="/posts", template_folder="templates")

# Only requests that write are counted.
limit_writes = limiter.shared_limit(
    "60/hour", scope="posts", key_func=account_or_network, methods=["POST"]
)


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add the menu entries, and the lists of posts on the home page and the dashboard."""
    navigation.add_menu_entry(state.app, "Posts", "posts.index", order=10)
    navigation.add_menu_entry(state.app, "Your posts", "posts.mine", place="account", order=20)
    navigation.add_page_section(state.app, latest_section, place="home")
    navigation.add_page_section(state.app, own_section, place="dashboard")


def page_from_query_string(posts: SeekQuery[T]) -> Page[T]:
    """Return the page of `posts` that the query string asks for.

    Aborts with 404 if the cursor in the query string is not valid.
    """
    after, before = request.args.get("after"), request.args.get("before")
    try:
        return posts.page(limit=PAGE_SIZE, after=after, before=before)
    except CursorError as error:
        abort(404, str(error))


def visitor() -> User | None:
    """Return the logged-in user, or None."""
    return current_user if current_user.is_authenticated else None


def url_of(post: Post) -> str:
    """Return the URL of a post."""
    return url_for("posts.show", post_id=post.id, slug=post.slug)


def latest_section() -> str:
    """Return the list of posts for the home page."""
    page = page_from_query_string(queries.published())
    return render_template("posts/_latest.html", page=page)


def own_section() -> str:
    """Return the list of the user's latest posts for the dashboard."""
    page = queries.written_by(current_user).page(limit=PANEL_SIZE)
    return render_template("posts/_own.html", page=page)


@bp.get("/")
def index() -> ResponseReturnValue:
    """List the published posts, newest first. `q` in the query string searches them."""
    words = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    page = page_from_query_string(queries.published(words=words))
    return render_template("posts/index.html", page=page, words=words)


@bp.get("/mine")
@login_required
def mine() -> ResponseReturnValue:
    """List the user's own posts and drafts, last changed first."""
    page = page_from_query_string(queries.written_by(current_user))
    return render_template("posts/mine.html", page=page)


@bp.get("/<id:post_id>", defaults={"slug": ""})
@bp.get("/<id:post_id>-<slug>")
def show(post_id: int, slug: str) -> ResponseReturnValue:
    """Show a post. A URL with an old title redirects to the current URL."""
    use_autocommit()
    post = queries.get_post_or_404(post_id, visitor())
    if slug != post.slug:
        return redirect(url_of(post), 301)
    # to_html() has sanitised it.
    body = Markup(to_html(post.body))  # noqa: S704
    return render_template("posts/show.html", post=post, body=body)


@bp.route("/new", methods=["GET", "POST"])
@login_required
@limit_writes
def create() -> ResponseReturnValue:
    """Create a post."""
    form = PostForm()
    if form.validate_on_submit():
        post = Post(author=current_user._get_current_object())
        form.populate_obj(post)
        db.session.add(post)
        db.session.commit()
        flash("The post is saved.", "success")
        return redirect(url_of(post))
    return render_template("posts/edit.html", form=form, post=None)


@bp.route("/<id:post_id>/edit", methods=["GET", "POST"])
@login_required
@limit_writes
def update(post_id: int) -> ResponseReturnValue:
    """Change a post."""
    post = queries.get_post_or_404(post_id, visitor(), to_edit=True)
    form = PostForm(obj=post)
    if form.validate_on_submit():
        form.populate_obj(post)
        db.session.commit()
        flash("The post is saved.", "success")
        return redirect(url_of(post))
    return render_template("posts/edit.html", form=form, post=post)


@bp.route("/<id:post_id>/delete", methods=["GET", "POST"])
@login_required
@limit_writes
def delete(post_id: int) -> ResponseReturnValue:
    """Delete a post after a confirmation."""
    post = queries.get_post_or_404(post_id, visitor(), to_edit=True)
    form = DeleteForm()
    if form.validate_on_submit():
        db.session.delete(post)
        db.session.commit()
        flash("The post is deleted.", "success")
        return redirect(url_for("posts.mine"))
    return render_template("posts/delete.html", form=form, post=post)
