"""The pages of accounts."""

from datetime import timedelta

from flask import (
    Blueprint,
    current_app,
    flash,
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

from app.auth import service, sessions
from app.auth.forms import ChangePasswordForm, LoginForm, ProfileForm, RegisterForm
from app.auth.models import User, UserSession
from app.auth.redirects import next_url
from app.auth.throttling import authenticate_throttled, limit_sign_in
from app.core import navigation
from app.db.transactions import commit_with_retry, use_autocommit_for_reads
from app.db.types import utc_now
from app.extensions import db, limiter, login_manager

bp = Blueprint("auth", __name__, template_folder="templates")


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add the menu entry, and tell Flask-Login where the login page is."""
    navigation.add_menu_entry(state.app, "Account", "auth.account", place="account", order=90)
    login_manager.login_view = "auth.login"
    login_manager.login_message = "Please log in to see this page."
    login_manager.login_message_category = "info"


@login_manager.user_loader
def load_user(token: str) -> User | None:
    """Return the user of the session with `token`, or None."""
    use_autocommit_for_reads()
    found = sessions.find_active(UserSession.token_hash, sessions.hash_token(token))
    if found is None:
        return None
    found.user.session_token = token
    return found.user


def session_with_token(token: str) -> ColumnElement[bool]:
    """Return the SQL condition for the session with `token`."""
    return UserSession.token_hash == sessions.hash_token(token)


def sign_in(user: User, *, remember: bool) -> None:
    """Create a session for this device. Data of the anonymous session is deleted."""
    days = current_app.config["REMEMBER_DAYS" if remember else "SESSION_DAYS"]
    token, end = sessions.new_token(), utc_now() + timedelta(days=days)
    commit_with_retry(lambda: sessions.create(user, token, end))
    user.session_token = token
    session.clear()
    login_user(user, remember=remember)


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
    flash("If the address was new, your account is ready: log in.", "success")
    return redirect(url_for("auth.login"))


@bp.route("/login", methods=["GET", "POST"])
@limit_sign_in(lambda: request.form.get("email", ""))
def login() -> ResponseReturnValue:
    """Show the login form, and log in."""
    if current_user.is_authenticated:
        return redirect(next_url())
    form = LoginForm()
    if form.validate_on_submit():
        user = authenticate_throttled(form.data["email"], form.data["password"])
        if user is not None:
            sign_in(user, remember=form.remember.data)
            return redirect(next_url())
        flash("The e-mail address or the password is wrong.", "danger")
    return render_template("auth/login.html", form=form)


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
@limiter.limit("10 per 15 minutes", methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Change the password and log out all other devices."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        here = current_user.session_token
        service.change_password(current_user, form.data["password"], keep=here)
        db.session.commit()
        flash("Your password is changed. Your other devices are logged out.", "success")
        return redirect(url_for("auth.account"))
    return render_template("auth/password.html", form=form)
