"""The documentation: the OpenAPI document, and Swagger UI without any file from elsewhere."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app, render_template

from app.api import framework
from app.api.answers import answer

bp = Blueprint(
    "docs",
    __name__,
    url_prefix="/api",
    template_folder="templates",
    static_folder=str(Path(flask_swagger_ui.__file__).with_name("dist")),
    static_url_path="/docs/static",
)
# Our own style and script, beside the package's files that `bp` serves.
look = Blueprint("look", __name__, static_folder="static", static_url_path="/docs/look")
bp.register_blueprint(look)


@bp.get("/openapi.json")
def openapi() -> Response:
    """Describe the API by OpenAPI 3.1."""
    return answer(framework.openapi(current_app))


@bp.get("/docs")
def swagger_ui() -> str:
    """Show the API's documentation."""
    return render_template("api/docs.html")
