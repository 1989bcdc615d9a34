"""The OpenAPI document and Swagger UI. The files of Swagger UI are served from this site."""

from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, current_app{% if not cookiecutter.__web %}, redirect{% endif %}, render_template{% if not cookiecutter.__web %}, url_for
from flask.typing import ResponseReturnValue{% endif %}

from app.api import framework
from app.api.responses import json_response

bp = Blueprint(
    "swagger_ui",
    __name__,
    url_prefix="/api",
    template_folder="templates",
    static_folder=str(Path(flask_swagger_ui.__file__).with_name("dist")),
    static_url_path="/docs/static",
)
# The stylesheet and script of this project. `bp` serves those of the package flask-swagger-ui.
assets = Blueprint("assets", __name__, static_folder="static", static_url_path="/docs/assets")
bp.register_blueprint(assets)


@bp.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI 3.1 document."""
    return json_response(framework.openapi(current_app))


@bp.get("/docs")
def index() -> str:
    """Show the list of operations, and Swagger UI on demand."""
    return render_template("api/docs.html", operations=operations_by_tag())


def operations_by_tag() -> dict[str, list[dict[str, str]]]:
    """Return method, path and summary of each operation, grouped as in the OpenAPI document."""
    document = framework.openapi(current_app)
    groups: dict[str, list[dict[str, str]]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if "summary" not in operation:
                continue  # the item "parameters" is not an operation
            tag = operation["tags"][0].removesuffix("-api").capitalize()
            found = {"method": method.upper(), "path": path, "summary": operation["summary"]}
            groups.setdefault(tag, []).append(found)
    return groups
{%- if not cookiecutter.__web %}


root = Blueprint("root", __name__)


@root.get("/")
def home() -> ResponseReturnValue:
    """Redirect to Swagger UI."""
    return redirect(url_for("swagger_ui.index"))
{%- endif %}
