"""Builds the OpenAPI document from what the decorators of the views recorded."""

import inspect
import re
from collections.abc import Sequence
from copy import deepcopy
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask.views import View
from werkzeug.routing import Rule

from app.api import decorators, openapi_components, problems
from app.api.schemas import ProblemSchema
from app.db.url_converters import LARGEST_ID


def build(app: Flask, tags: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Return the OpenAPI document of every view class below `/api`."""
    plugin = MarshmallowPlugin(schema_name_resolver=openapi_components.schema_name)
    spec = APISpec(**openapi_components.specification(app), plugins=[plugin], tags=tags)
    openapi_components.add_security_schemes(spec)
    add_error_responses(spec)
    for rule in app.url_map.iter_rules():
        view_class = getattr(app.view_functions[rule.endpoint], "view_class", None)
        if view_class and rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            spec.path(path, operations=operations(rule, view_class), parameters=path_ids(rule))
    return spec.to_dict()


def operations(rule: Rule, view_class: type[View]) -> dict[str, Any]:
    """Return the OpenAPI operations of a view class, by HTTP method."""
    found = {}
    for method in sorted(view_class.methods or ()):
        view = getattr(view_class, method.lower())
        summary, _, description = (inspect.getdoc(view) or "").partition("\n\n")
        found[method.lower()] = {
            "summary": summary,
            **({"description": description} if description else {}),
            "tags": [openapi_components.tag_name(rule.rule)],
            **deepcopy(decorators.operation(view)),
        }
    return found


def path_ids(rule: Rule) -> list[dict[str, Any]]:
    """Return the parameters in a URL. Each one is the id of a row."""
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    return [
        {"in": "path", "name": name, "required": True, "schema": schema}
        for name in sorted(rule.arguments)
    ]


def add_error_responses(spec: APISpec) -> None:
    """Add a response for each HTTP status, and the default one; unused ones are left out."""
    content = {problems.CONTENT_TYPE: {"schema": ProblemSchema}}
    for status in HTTPStatus:
        component: dict[str, Any] = {"description": status.phrase}
        if status >= 400:
            component["content"] = content
        spec.components.response(status.name, component, lazy=True)
    default = {"description": "Default error response", "content": content}
    spec.components.response("DEFAULT_ERROR", default, lazy=True)
