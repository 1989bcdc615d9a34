"""The home page and the dashboard."""

from flask import Blueprint, render_template, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app.core import navigation
from app.core.navigation import SitemapEntry
from app.db.transactions import use_autocommit

bp = Blueprint("main", __name__, template_folder="templates")


@bp.record_once
def register_with_app(state: BlueprintSetupState) -> None:
    """Register the dashboard's menu entry, and the home page for the sitemap."""
    navigation.add_menu_entry(state.app, "Dashboard", "main.dashboard", place="account", order=10)
    navigation.add_sitemap_source(state.app, lambda: [SitemapEntry(url_for("main.home"))])


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the site to everybody."""
    use_autocommit()
    return render_template("main/home.html")


@bp.get("/dashboard")
@login_required
def dashboard() -> ResponseReturnValue:
    """Show people what is theirs."""
    return render_template("main/dashboard.html")
