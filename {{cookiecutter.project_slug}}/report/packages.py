"""The extensions and packages in use, found by looking at the application."""

import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from app import extensions
from report.outcome import Line
from report.project import Project

# Answer → what it left out.
NOT_CHOSEN = {
    ("application_type", "Web App"): "JSON API",
    ("application_type", "API"): "Web pages",
    ("sample_posts", "no"): "Sample feature",
}
# Whether an extension is initialised by default, and when it is configured → how that is told.
STATES = {
    (True, True): "installed and initialised",
    (True, False): "installed and initialised",
    (False, True): "installed, initialised when it is configured",
    (False, False): "installed, but not initialised",
}
LINKS = ("documentation", "docs", "homepage", "home", "source", "source code", "repository")


def extension_lines(app: Flask, configured: Flask, project: Project) -> list[Line]:
    """Return a line for each extension, then for each other package, then for what was left out.

    Some extensions are only initialised where the configuration asks for them, as in `configured`.
    """
    distributions = metadata.packages_distributions()
    lines = {}
    for extension in extension_objects():
        top = package_of(extension)
        name = next(iter(distributions.get(top, [top])))
        bound = is_initialised(extension, top, app)
        when_asked = is_initialised(extension, top, configured)
        state = STATES[bound, when_asked]
        lines[name.lower()] = Line(bound or when_asked, title(name), told(state, name))
    for name in project.requirements:
        lines.setdefault(name.lower(), package_line(name, distributions))
    left_out = [
        Line(None, what, f"– not chosen ({question} = {answer})")
        for (question, answer), what in NOT_CHOSEN.items()
        if project.answers.get(question) == answer
    ]
    return [*lines.values(), *left_out]


def extension_objects() -> Iterator[Any]:
    """Yield the objects in `app.extensions` that can be bound to an application."""
    for value in vars(extensions).values():
        if not isinstance(value, type) and hasattr(value, "init_app"):
            yield value


def package_of(extension: object) -> str:
    """Return the package that an object is of, or the one that the project's own class extends."""
    tops = [each.__module__.partition(".")[0] for each in type(extension).__mro__]
    return next(top for top in tops if top != "app")


def is_initialised(extension: object, top: str, app: Flask) -> bool:
    """Say whether `app` holds the object, or a function of its package `top`."""
    groups = [each for each in app.extensions.values() if isinstance(each, set)]
    held = [*app.extensions.values(), *vars(app).values(), *chain(*groups)]
    if any(value is extension for value in held):
        return True
    functions: list[object] = [*chain(*app.before_request_funcs.values())]
    functions += chain(*app.after_request_funcs.values())
    owners = [*functions, *map(type, app.extensions.values()), *app.jinja_env.globals.values()]
    return any(str(getattr(owner, "__module__", "")).partition(".")[0] == top for owner in owners)


def package_line(name: str, distributions: Mapping[str, list[str]]) -> Line:
    """Return the line of a package that is no extension."""
    if not is_installed(name):
        return Line(False, name, "(asked for in pyproject.toml, and not installed)")
    tops = [top for top, names in distributions.items() if name.lower() in map(str.lower, names)]
    state = "installed and imported" if any(top in sys.modules for top in tops) else "installed"
    return Line(True, title(name), told(state, name))


def is_installed(name: str) -> bool:
    """Say whether a package can be imported from here."""
    return any(metadata.distributions(name=name))


def told(state: str, name: str) -> str:
    """Return the state of a package, and where its documentation is."""
    link = documentation_of(name)
    return f"({state}) – {link}" if link else f"({state})"


def title(name: str) -> str:
    """Return the name and version of an installed package, as it writes them itself."""
    if not is_installed(name):
        return name
    found = metadata.distribution(name)
    return f"{found.metadata['Name']} {found.version}"


def documentation_of(name: str) -> str:
    """Return where the documentation of the installed version is, or "" where nothing says."""
    if not is_installed(name):
        return ""
    found = metadata.distribution(name)
    links = {
        label.strip().lower(): url.strip()
        for text in found.metadata.get_all("Project-URL", [])
        for label, _, url in [text.partition(",")]
    }
    links.setdefault("homepage", (found.metadata.get_all("Home-page") or [""])[0])
    url = next((links[label] for label in LINKS if links.get(label)), "")
    return versioned(url, found.version)


def versioned(url: str, version: str) -> str:
    """Return the address of the documentation of `version`, on the hosts that keep all versions."""
    host = urlsplit(url).netloc
    major, minor = [*version.split("."), "0"][:2]
    if host.endswith(".palletsprojects.com"):
        return f"https://{host}/en/{major}.{minor}.x/"
    if host == "docs.sqlalchemy.org":
        return f"https://{host}/en/{major}{minor}/"
    return url
