"""The home page, the dashboard and the HTML error pages."""

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.exceptions import HTTPException

from app.core import navigation

bp = Blueprint("main", __name__, template_folder="templates")


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Register the dashboard's menu entry."""
    navigation.add_menu_entry(state.app, "Dashboard", "main.dashboard", place="account", order=10)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    return render_template("main/home.html")


@bp.get("/dashboard")
@login_required
def dashboard() -> ResponseReturnValue:
    """Show the dashboard of the logged-in user."""
    return render_template("main/dashboard.html")


def error_page(error: HTTPException) -> ResponseReturnValue:
    """Return the HTML page for `error`. It uses neither the database nor the session."""
    html = render_template("errors/error.html", error=error)
    headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    return html, error.code or 500, headers
