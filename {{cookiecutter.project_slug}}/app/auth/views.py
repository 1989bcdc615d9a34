"""The pages of accounts."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, logout_user
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

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
from app.extensions import db, limiter, login_manager

bp = Blueprint("auth", __name__, template_folder="templates")


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add the menu entry, and tell Flask-Login where the login page is."""
    navigation.add_menu_entry(state.app, "Account", "auth.account", place="account", order=90)
    login_manager.login_view = "auth.login"
    login_manager.login_message = "Please log in to see this page."
    login_manager.login_message_category = "info"


@bp.route("/register", methods=["GET", "POST"])
@limiter.limit("10/hour", methods=["POST"])
def register() -> ResponseReturnValue:
    """Create an account. The response is the same if the address already has one."""
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
    return redirect(url_for("main.home"))


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
