"""The pages of accounts."""

from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user
from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.auth import service, sessions
from app.auth.forms import ChangePasswordForm, LoginForm, ProfileForm, RegisterForm
from app.auth.models import User, UserSession
from app.auth.redirects import next_url
from app.auth.throttling import authenticate, limit_sign_in
from app.core import navigation
from app.core.forms import Input, take_input, texts_of
from app.db.transactions import commit_with_retry
from app.db.types import utc_now
from app.extensions import db, limiter, login_manager

bp = Blueprint("auth", __name__, template_folder="templates")

# Starts the names of the hidden fields in which the login page keeps another form's input.
KEPT = "kept-"


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Register the account's menu entry, and how visitors are asked to sign in."""
    navigation.add_menu_entry(state.app, "Account", "auth.account", place="account", order=90)
    login_manager.unauthorized_handler(ask_to_sign_in)


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """Return the user whose device holds `token`."""
    found = sessions.find_active(UserSession.token_hash, sessions.hash_token(token))
    if found is None:
        return None
    found.user.session_token = token
    return found.user


def ask_to_sign_in() -> ResponseReturnValue:
    """Return the login page in place of one that is for members, or a redirect to it.

    What a form sent is kept in the page, and comes back after signing in.
    """
    target, kept = request.full_path.rstrip("?"), take_input()
    if kept is None:
        flash("Please log in to see this page.", "info")
        return redirect(url_for("auth.login", next=target))
    html = login_page(LoginForm(formdata=None), target, kept)
    # RFC 9110 wants a challenge with a 401; this scheme names what really lets people in.
    return html, 401, {"WWW-Authenticate": 'Cookie form-action="/login"'}


def login_page(form: LoginForm, target: str, kept: Input | None) -> str:
    """Return the login page; it leads to `target` and holds the input `kept`."""
    kept = kept or MultiDict()
    hidden = {f"{KEPT}{name}": text for name, text in kept.items(multi=True)}
    # Needed only in place of another page: the login page's own URL has the target already.
    action = None if request.endpoint == "auth.login" else url_for("auth.login", next=target)
    return render_template(
        "auth/login.html", form=form, hidden=hidden, texts=texts_of(kept), action=action
    )


def resume_page(kept: Input) -> str:
    """Return the page on which somebody who has signed in again sends the input `kept`."""
    return render_template("auth/resume.html", hidden=kept, texts=texts_of(kept), action=next_url())


def carried_input() -> Input:
    """Return the input that the login page holds for another one."""
    sent = request.form.items(multi=True)
    return MultiDict(
        (name.removeprefix(KEPT), text) for name, text in sent if name.startswith(KEPT)
    )


def session_with_token(token: str) -> ColumnElement[bool]:
    """Return the condition that a session is that of the device that holds `token`."""
    return UserSession.token_hash == sessions.hash_token(token)


def sign_in(user: User, *, remember: bool) -> None:
    """Start a session on this device; what the anonymous one held is dropped."""
    days = current_app.config["REMEMBER_DAYS" if remember else "SESSION_DAYS"]
    token, end = sessions.new_token(), utc_now() + timedelta(days=days)
    commit_with_retry(lambda: sessions.create(user, token, end))
    user.session_token = token
    session.clear()
    # Flask-WTF would put the token of the old session into this response.
    g.pop("csrf_token", None)
    login_user(user, remember=remember)


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"])
def register() -> ResponseReturnValue:
    """Make an account; the answer is the same for an address that has one already."""
    if current_user.is_authenticated:
        return redirect(url_for("main.dashboard"))
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("auth/register.html", form=form)
    answers = form.data
    service.create_user(answers["email"], answers["name"], answers["password"])
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    # No green tick: whether there was an account already must not be told here.
    flash(
        "Almost done: log in with the password you have just chosen. "
        "If this address had an account already, its password is unchanged.",
        "info",
    )
    session["registered_email"] = answers["email"]
    return redirect(url_for("auth.login", next=request.args.get("next")))


@bp.route("/login", methods=["GET", "POST"])
@limit_sign_in(lambda: request.form.get("email", ""))
def login() -> ResponseReturnValue:
    """Log in."""
    if current_user.is_authenticated:
        return redirect(next_url())
    form = LoginForm(email=session.get("registered_email", ""))
    kept = carried_input()
    if form.validate_on_submit():
        user = authenticate(form.data["email"], form.data["password"])
        if user is not None:
            sign_in(user, remember=form.remember.data)
            if kept:
                return resume_page(kept)
            return redirect(next_url())
        form.password.errors = ["The e-mail address or the password is wrong."]
    return login_page(form, request.args.get("next", ""), kept)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """Log out on this device."""
    if current_user.is_authenticated:
        db.session.execute(
            delete(UserSession).where(session_with_token(current_user.session_token))
        )
        db.session.commit()
    session.clear()
    logout_user()
    flash("You are logged out.", "success")
    return redirect(url_for("main.home"))


@bp.route("/account", methods=["GET", "POST"])
@login_required
def account() -> ResponseReturnValue:
    """Change the profile."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        form.populate_obj(current_user)
        db.session.commit()
        flash("Your profile is saved.", "success")
        return redirect(url_for("auth.account"))
    return render_template("auth/account.html", form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
@limiter.limit("10 per 15 minutes", methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Change the password; every other device is signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        here = current_user.session_token
        service.change_password(current_user, form.data["password"], keep=here)
        db.session.commit()
        flash("Your password is changed; other devices are logged out.", "success")
        return redirect(url_for("auth.account"))
    return render_template("auth/password.html", form=form)


@bp.get("/.well-known/change-password")
def well_known_change_password() -> ResponseReturnValue:
    """Redirect password managers to the page where the password is changed."""
    return redirect(url_for("auth.change_password"))
