"""The pages of posts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy.orm.exc import StaleDataError
from wtforms import SubmitField

from app.auth.browser_sessions import account_or_network
from app.auth.models import User
from app.core import navigation
from app.core.navigation import SitemapEntry
from app.db.pagination import CursorError, Page, SeekQuery
from app.db.transactions import commit_with_retry, use_autocommit
from app.extensions import db, limiter
from app.posts import operations, queries, site_queries
from app.posts.forms import DeleteForm, PostForm
from app.posts.markdown import to_html
from app.posts.models import Post

T = TypeVar("T")

PAGE_SIZE = 20
PANEL_SIZE = 5
LONGEST_SEARCH = 100

bp = Blueprint("posts", __name__, url_prefix="/posts", template_folder="templates")

DRAFT_SAVED = "Saved as a draft: only you and administrators see it."
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_preview() -> bool:
    """Return whether the request asks for a preview and stores nothing."""
    is_editor = request.endpoint in ("posts.create", "posts.update")
    return is_editor and request.form.get("preview", "") not in SubmitField.false_values


# Only requests that write are counted. Previews write nothing, but cost time, so they have a limit
# of their own.
limit_writes = limiter.shared_limit(
    "60/hour",
    scope="posts",
    key_func=account_or_network,
    methods=["POST"],
    exempt_when=is_preview,
)
limit_previews = limiter.shared_limit(
    "30/minute",
    scope="previews",
    key_func=account_or_network,
    methods=["POST"],
    exempt_when=lambda: not is_preview(),
)


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add menu entries, the lists on the home page and the dashboard, the feed, and sitemap URLs."""
    navigation.add_menu_entry(state.app, "Posts", "posts.index", order=10)
    navigation.add_menu_entry(state.app, "Your posts", "posts.mine", place="account", order=20)
    navigation.add_page_section(state.app, latest_section, place="home")
    navigation.add_page_section(state.app, own_section, place="dashboard")
    navigation.add_sitemap_source(state.app, sitemap_entries)
    navigation.add_feed(state.app, "Feed of posts", "posts.feed")


def page_from_query_string(posts: SeekQuery[T]) -> Page[T]:
    """Return the page of `posts` that the query string asks for.

    Aborts with 404 if the cursor in the query string is not valid.
    """
    after, before = request.args.get("after"), request.args.get("before")
    try:
        return posts.page(limit=PAGE_SIZE, after=after, before=before)
    except CursorError as error:
        abort(404, str(error))


def current_account() -> User | None:
    """Return the logged-in user, or None."""
    return current_user if current_user.is_authenticated else None


def url_of(post: Post) -> str:
    """Return the URL of a post."""
    return url_for("posts.show", post_id=post.id, slug=post.slug)


def latest_section() -> str:
    """Return the latest posts for the home page."""
    page = queries.published().page(limit=PANEL_SIZE)
    return render_template("posts/_latest.html", page=page)


def own_section() -> str:
    """Return the list of the user's latest posts for the dashboard."""
    page = queries.written_by(current_user).page(limit=PANEL_SIZE)
    return render_template("posts/_own.html", page=page)


def sitemap_entries() -> Iterator[SitemapEntry]:
    """Yield the URLs of the list and of the newest posts for the sitemap."""
    root = url_for("posts.index")
    yield SitemapEntry(root)
    for post_id, slug, changed in db.session.execute(site_queries.PUBLIC_PAGES):
        yield SitemapEntry(f"{root}{post_id}-{quote(slug)}", changed)


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


@bp.get("/by/<id:author_id>")
def by_author(author_id: int) -> ResponseReturnValue:
    """List the published posts of one author, newest first."""
    page = page_from_query_string(queries.published(author_id=author_id))
    if not page.items:
        abort(404, "There is no author with published posts at this address.")
    return render_template("posts/by_author.html", page=page, author=page.items[0].author_name)


@bp.get("/feed.xml")
def feed() -> ResponseReturnValue:
    """Return the newest posts as an Atom feed (RFC 4287)."""
    page = queries.published().page(limit=PAGE_SIZE)
    changed = max((post.updated_at for post in page.items), default=EPOCH)
    xml = render_template("posts/feed.xml", posts=page.items, changed=changed)
    return Response(xml, mimetype="application/atom+xml")


@bp.get("/<id:post_id>", defaults={"slug": ""})
@bp.get("/<id:post_id>-<slug>")
def show(post_id: int, slug: str) -> ResponseReturnValue:
    """Show a post. A URL with a wrong or old slug redirects to the current URL."""
    use_autocommit()
    post = queries.get_post_or_404(post_id, current_account(), options=site_queries.RENDERED)
    if slug != post.slug:
        return redirect(url_of(post), 301)
    # to_html() sanitized it before it was stored.
    body = Markup(post.body_html)  # noqa: S704
    return render_template("posts/show.html", post=post, body=body)


@bp.route("/new", methods=["GET", "POST"])
@login_required
@limit_writes
@limit_previews
def create() -> ResponseReturnValue:
    """Create a post."""
    form = PostForm()
    if not form.validate_on_submit() or form.preview.data:
        return editor(form)
    post = operations.store_once(form, current_user._get_current_object())
    return saved(post, "Published." if post.published else DRAFT_SAVED)


@bp.route("/<id:post_id>/edit", methods=["GET", "POST"])
@login_required
@limit_writes
@limit_previews
def update(post_id: int) -> ResponseReturnValue:
    """Change a post. If somebody else has changed it since, show both texts with status 409."""
    post = queries.get_post_or_404(post_id, current_account(), to_edit=True)
    form, was_published = PostForm(obj=post), post.published
    if not form.validate_on_submit() or form.preview.data:
        return editor(form, post)
    try:
        post = commit_with_retry(lambda: operations.change(post_id, form, current_user))
    except StaleDataError:
        return conflict_page(form, queries.find_post(post_id)), 409
    if post.published != was_published:
        return saved(
            post, "Published." if post.published else "Unpublished: the post is a draft again."
        )
    return saved(post, "The changes are saved." if post.published else DRAFT_SAVED)


def editor(form: PostForm, post: Post | None = None, *, conflict: bool = False) -> str:
    """Return the editor, with a preview if the user asked for one and the input is valid."""
    shows_preview = form.preview.data and not form.errors
    preview = to_html(form.body.data or "") if shows_preview else None
    return render_template(
        "posts/edit.html", form=form, post=post, preview=preview, conflict=conflict
    )


def conflict_page(form: PostForm, stored: Post | None) -> str:
    """Return the editor with the user's input and the text that somebody else has stored.

    `stored` is None if they deleted the post; the form then creates a new one.
    """
    if stored is not None:
        form.version.data = str(stored.version)
    return editor(form, stored, conflict=True)


def saved(post: Post, message: str) -> ResponseReturnValue:
    """Redirect to the post.

    The hidden message "saved-form" makes app.js delete its copy of the form.
    """
    flash(message, "success")
    flash(request.path, "saved-form")
    return redirect(url_of(post))


@bp.route("/<id:post_id>/delete", methods=["GET", "POST"])
@login_required
@limit_writes
def delete(post_id: int) -> ResponseReturnValue:
    """Delete a post after a confirmation."""
    post = queries.get_post_or_404(post_id, current_account(), to_edit=True)
    form = DeleteForm()
    if form.validate_on_submit():
        db.session.delete(post)
        db.session.commit()
        flash("The post is deleted.", "success")
        return redirect(url_for("posts.mine"))
    return render_template("posts/delete.html", form=form, post=post)
