"""The section on extensions and packages, from the running application and the environment."""

import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from report.findings import Line
from report.project import Project
from report.project_api import PACKAGE, extensions

# (option in [tool.kiln], value) -> the feature that the project does not have.
NOT_CHOSEN = {
    ("application_type", "Web App"): "JSON API",
    ("application_type", "API"): "Web pages",
    ("sample_posts", "no"): "Sample feature",
}
# (initialised by default, initialised when every list is configured) -> description.
STATES = {
    (True, True): "installed and initialised",
    (True, False): "installed and initialised",
    (False, True): "installed, initialised when it is configured",
    (False, False): "installed, but not initialised",
}
LINKS = ("documentation", "docs", "homepage", "home", "source", "source code", "repository")


def extension_lines(app: Flask, fully_configured: Flask, project: Project) -> list[Line]:
    """Return a line for each extension, each other package, and each feature that was left out.

    Some extensions are initialised only when they are configured, as in `fully_configured`.
    """
    distributions = metadata.packages_distributions()
    lines = {}
    for extension in extension_objects():
        package = package_of(extension)
        name = next(iter(distributions.get(package, [package])))
        by_default = is_initialised(extension, package, app)
        when_configured = is_initialised(extension, package, fully_configured)
        state = STATES[by_default, when_configured]
        passed = by_default or when_configured
        lines[name.lower()] = Line(passed, name_and_version(name), with_link(state, name))
    for name in project.requirements:
        lines.setdefault(name.lower(), package_line(name, distributions))
    left_out = [
        Line(None, feature, f"– not chosen ({question} = {answer})")
        for (question, answer), feature in NOT_CHOSEN.items()
        if project.answers.get(question) == answer
    ]
    return [*lines.values(), *left_out]


def extension_objects() -> Iterator[Any]:
    """Yield the objects of the module `extensions` that have a method `init_app`."""
    for value in vars(extensions).values():
        if not isinstance(value, type) and hasattr(value, "init_app"):
            yield value


def package_of(extension: object) -> str:
    """Return the top-level package of an object's class, or of the class that it extends."""
    packages = [each.__module__.partition(".")[0] for each in type(extension).__mro__]
    return next(package for package in packages if package != PACKAGE)


def is_initialised(extension: object, package: str, app: Flask) -> bool:
    """Return whether `app` refers to the object, or to a function of its package."""
    groups = [each for each in app.extensions.values() if isinstance(each, set)]
    held = [*app.extensions.values(), *vars(app).values(), *chain(*groups)]
    if any(value is extension for value in held):
        return True
    functions: list[object] = [*chain(*app.before_request_funcs.values())]
    functions += chain(*app.after_request_funcs.values())
    owners = [*functions, *map(type, app.extensions.values()), *app.jinja_env.globals.values()]
    modules = (str(getattr(owner, "__module__", "")) for owner in owners)
    return any(module.partition(".")[0] == package for module in modules)


def package_line(name: str, distributions: Mapping[str, list[str]]) -> Line:
    """Return the line of a package that is no extension."""
    if not is_installed(name):
        return Line(False, name, "(required by pyproject.toml, but not installed)")
    packages = [
        package for package, names in distributions.items() if name.lower() in map(str.lower, names)
    ]
    is_imported = any(package in sys.modules for package in packages)
    state = "installed and imported" if is_imported else "installed"
    return Line(True, name_and_version(name), with_link(state, name))


def is_installed(name: str) -> bool:
    """Return whether a distribution of that name is installed."""
    return any(metadata.distributions(name=name))


def with_link(state: str, name: str) -> str:
    """Return the state of a package with the URL of its documentation."""
    link = documentation_url(name)
    return f"({state}) – {link}" if link else f"({state})"


def name_and_version(name: str) -> str:
    """Return the name and version of an installed package, in the package's own spelling."""
    if not is_installed(name):
        return name
    distribution = metadata.distribution(name)
    return f"{distribution.metadata['Name']} {distribution.version}"


def documentation_url(name: str) -> str:
    """Return the URL of the documentation of the installed version; "" when it is unknown."""
    if not is_installed(name):
        return ""
    distribution = metadata.distribution(name)
    links = {
        label.strip().lower(): url.strip()
        for text in distribution.metadata.get_all("Project-URL", [])
        for label, _, url in [text.partition(",")]
    }
    links.setdefault("homepage", (distribution.metadata.get_all("Home-page") or [""])[0])
    url = next((links[label] for label in LINKS if links.get(label)), "")
    return versioned_url(url, distribution.version)


def versioned_url(url: str, version: str) -> str:
    """Return the URL for `version`, on hosts that keep the documentation of every version."""
    host = urlsplit(url).netloc
    major, minor = [*version.split("."), "0"][:2]
    if host.endswith(".palletsprojects.com"):
        return f"https://{host}/en/{major}.{minor}.x/"
    if host == "docs.sqlalchemy.org":
        return f"https://{host}/en/{major}{minor}/"
    return url
