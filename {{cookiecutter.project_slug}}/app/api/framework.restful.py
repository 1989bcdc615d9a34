"""Flask-RESTful with the errors of this project and an OpenAPI 3 document.

Flask-RESTful has no documentation of its own. Marshmallow schemas validate the requests, and
`app.api.openapi_builder` describes them.
"""

from collections.abc import Callable
from typing import Any

import flask_restful
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from app.api import openapi_components
from app.api.decorators import doc as doc
from app.api.openapi_builder import build


class Api(flask_restful.Api):
    """Registers the resources of a blueprint. `app.core.errors` handles their errors."""

    def __init__(self, bp: Blueprint, *, description: str) -> None:
        """Add the resources to `bp`; the OpenAPI document shows `description` above them."""
        super().__init__(bp)
        self.tag = {
            "name": openapi_components.tag_name(bp.url_prefix or ""),
            "description": description,
        }

    def error_router(
        self, original_handler: Callable[[Exception], ResponseReturnValue], e: Exception
    ) -> ResponseReturnValue:
        """Return the response that the rest of the application gives to an error."""
        return original_handler(e)


def init_app(app: Flask) -> None:
    """Prepare `app` for `register` and `openapi`."""
    app.extensions["openapi_tags"] = []
    app.extensions["openapi"] = {}


def register(app: Flask, api: Api) -> Blueprint:
    """Add the resources of an `Api` to `app`; return their blueprint."""
    blueprint: Blueprint = api.blueprint
    app.register_blueprint(blueprint)
    app.extensions["openapi_tags"].append(api.tag)
    return blueprint


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document. It is built once."""
    document: dict[str, Any] = app.extensions["openapi"]
    if not document:
        document.update(build(app, app.extensions["openapi_tags"]))
    return document
