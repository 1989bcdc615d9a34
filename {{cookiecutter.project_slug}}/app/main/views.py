"""The home page and the dashboard."""

from flask import Blueprint, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.core import navigation
from app.core.navigation import SitemapEntry

bp = Blueprint("main", __name__, template_folder="templates")


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Add the menu entry of the dashboard, and the home page to the sitemap."""
    navigation.add_menu_entry(state.app, "Dashboard", "main.dashboard", place="account", order=10)
    navigation.add_sitemap_source(state.app, lambda: [SitemapEntry(url_for("main.home"))])


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the home page."""
    return render_template("main/home.html")


@bp.get("/dashboard")
@login_required
def dashboard() -> ResponseReturnValue:
    """Show the dashboard of the logged-in user."""
    return render_template("main/dashboard.html")
