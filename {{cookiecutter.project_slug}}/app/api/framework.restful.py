"""Flask-RESTful, set up for this project; the operations' documentation is our own."""

from collections.abc import Callable
from typing import Any

import flask_restful
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from app.api.openapi_builder import build


class Api(flask_restful.Api):
    """The resources of a blueprint; errors are left to `app.core.errors`."""

    def error_router(
        self, original_handler: Callable[[Exception], ResponseReturnValue], e: Exception
    ) -> ResponseReturnValue:
        """Return what the application answers to an error."""
        return original_handler(e)


def init_app(app: Flask) -> None:
    """Keep a place for the OpenAPI document."""
    app.extensions["openapi"] = {}


def register(app: Flask, bp: Blueprint) -> None:
    """Add a blueprint's endpoints to `app`."""
    app.register_blueprint(bp)


def openapi(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document, which is built once."""
    document: dict[str, Any] = app.extensions["openapi"]
    if not document:
        document.update(build(app))
    return document
