"""The home page and the dashboard."""

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import login_required

from app import navigation
from app.transactions import only_read

bp = Blueprint("main", __name__)


@bp.record_once
def set_up(state: BlueprintSetupState) -> None:
    """Register the dashboard's menu entry."""
    navigation.add_entry(state.app, "Dashboard", "main.dashboard", place="account", order=10)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the site to everybody."""
    only_read()
    return render_template("main/home.html")


@bp.get("/dashboard")
@login_required
def dashboard() -> ResponseReturnValue:
    """Show people what is theirs."""
    return render_template("main/dashboard.html")
