"""Collects what the operations declare into an OpenAPI document."""

import inspect
import re
from copy import deepcopy
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from flask.views import View
from werkzeug.routing import Rule

from app.api import openapi_components
from app.api.decorators import declaration
from app.db.url_converters import LARGEST_ID


def build(app: Flask) -> dict[str, Any]:
    """Return the document of all operations that `app` routes requests to."""
    plugin = MarshmallowPlugin(schema_name_resolver=openapi_components.schema_name)
    spec = APISpec(**openapi_components.specification(app), plugins=[plugin])
    openapi_components.add_components(spec)
    for rule in app.url_map.iter_rules():
        view_class = getattr(app.view_functions[rule.endpoint], "view_class", None)
        if view_class and rule.rule.startswith("/api/"):
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            spec.path(path, operations=operations(rule, view_class), parameters=ids(rule))
    return spec.to_dict()


def operations(rule: Rule, view_class: type[View]) -> dict[str, Any]:
    """Return the operations of a resource, by method; the tag is the URL's second part."""
    found = {}
    for method in sorted(view_class.methods or ()):
        view = getattr(view_class, method.lower())
        facts = deepcopy(declaration(view))
        summary = inspect.getdoc(view)
        found[method.lower()] = {"summary": summary, "tags": [rule.rule.split("/")[2]], **facts}
    return found


def ids(rule: Rule) -> list[dict[str, Any]]:
    """Return the parameters within a URL: each is the id of a row."""
    schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    return [
        {"in": "path", "name": name, "required": True, "schema": schema}
        for name in sorted(rule.arguments)
    ]
