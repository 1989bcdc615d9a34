"""The pages of accounts."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from app.auth import service, sessions
from app.auth.browser_sessions import (
    account_or_network,
    continue_with,
    session_with_token,
    sign_in,
)
from app.auth.forms import ChangePasswordForm, LoginForm, ProfileForm, RegisterForm
from app.auth.models import UserSession
from app.auth.redirects import next_url
from app.auth.throttling import authenticate_throttled, limit_sign_in
from app.core import navigation
from app.core.forms import Input, take_input, texts_of
from app.extensions import db, limiter, login_manager

bp = Blueprint("auth", __name__, template_folder="templates")

# Prefix of the hidden fields in which the login page keeps the input of another form.
KEPT = "kept-"


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add the menu entry, and register `ask_to_sign_in` with Flask-Login."""
    navigation.add_menu_entry(state.app, "Account", "auth.account", place="account", order=90)
    login_manager.unauthorized_handler(ask_to_sign_in)


def ask_to_sign_in() -> ResponseReturnValue:
    """Return a redirect to the login page, or the login page itself if a form was sent.

    The page keeps the input of the form, which `resume_page` shows after the login.
    """
    target, kept = request.full_path.rstrip("?"), take_input()
    if kept is None:
        flash("Please log in to see this page.", "info")
        return redirect(url_for("auth.login", next=target))
    html = login_page(LoginForm(formdata=None), target, kept)
    # RFC 9110 requires the header WWW-Authenticate in a 401. There is no registered scheme for
    # login forms.
    return html, 401, {"WWW-Authenticate": 'Cookie form-action="/login"'}


def login_page(form: LoginForm, target: str, kept: Input | None) -> str:
    """Return the login page. It redirects to `target` and keeps the input `kept`."""
    kept = kept or MultiDict()
    hidden = {f"{KEPT}{name}": text for name, text in kept.items(multi=True)}
    # The URL of the login page already contains the target.
    action = None if request.endpoint == "auth.login" else url_for("auth.login", next=target)
    return render_template(
        "auth/login.html", form=form, hidden=hidden, texts=texts_of(kept), action=action
    )


def resume_page(kept: Input) -> str:
    """Return the page on which the user sends the input `kept` again after a login."""
    return render_template("auth/resume.html", hidden=kept, texts=texts_of(kept), action=next_url())


def carried_input() -> Input:
    """Return the input of another form that the login page kept."""
    sent = request.form.items(multi=True)
    return MultiDict(
        (name.removeprefix(KEPT), text) for name, text in sent if name.startswith(KEPT)
    )


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"])
def register() -> ResponseReturnValue:
    """Create an account. The response is the same if the address already has one.

    Logging in afterwards shows whether it had: only a confirmation by e-mail can prevent that.
    """
    if current_user.is_authenticated:
        return redirect(url_for("main.dashboard"))
    form = RegisterForm()
    if not form.validate_on_submit():
        return render_template("auth/register.html", form=form)
    service.create_user(form.data["email"], form.data["name"], form.data["password"])
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
    # The category is "info" in both cases, so that it does not reveal whether the account existed.
    flash(
        "Almost done: log in with the password you have just chosen. "
        "If this address had an account already, its password is unchanged.",
        "info",
    )
    session["registered_email"] = form.data["email"]
    return redirect(url_for("auth.login", next=request.args.get("next")))


@bp.route("/login", methods=["GET", "POST"])
@limit_sign_in(lambda: request.form.get("email", ""))
def login() -> ResponseReturnValue:
    """Show the login form, and log in."""
    if current_user.is_authenticated:
        return redirect(next_url())
    form = LoginForm(email=session.get("registered_email", ""))
    kept = carried_input()
    if form.validate_on_submit():
        user = authenticate_throttled(form.data["email"], form.data["password"])
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
    response = redirect(url_for("main.home"))
    # Pages that an earlier version of the site allowed the browser to keep.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.route("/account", methods=["GET", "POST"])
@login_required
def account() -> ResponseReturnValue:
    """Show and change the profile."""
    form = ProfileForm(obj=current_user)
    if form.validate_on_submit():
        form.populate_obj(current_user)
        db.session.commit()
        flash("Your profile is saved.", "success")
        return redirect(url_for("auth.account"))
    return render_template("auth/account.html", form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@login_required
@limiter.limit("10 per 15 minutes", key_func=account_or_network, methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Change the password and log out all other devices; this one gets a new session token."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        old, new = current_user.session_token, sessions.new_token()
        service.change_password(current_user, form.data["password"], keep=old)
        sessions.replace_token(old, new)
        db.session.commit()
        continue_with(new)
        flash("Your password is changed. Your other devices are logged out.", "success")
        return redirect(url_for("auth.account"))
    return render_template("auth/password.html", form=form)


@bp.get("/.well-known/change-password")
def well_known_change_password() -> ResponseReturnValue:
    """Redirect password managers to the page where the password is changed."""
    return redirect(url_for("auth.change_password"))
