"""Checks that every baked project must pass, whatever its answers."""

import ast
import re
import runpy
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import services
from tests.support.baking import BUILD, Project
from tests.support.environments import environment_python, project_environment
from tests.support.leftovers import LEFTOVERS

Check = Callable[["InstalledProject"], None]

BINARY_SUFFIXES = {".ico", ".png", ".webp", ".woff2"}
VENDORED = re.compile(r"app/static/(vendor/|.*\.min\.)|app/auth/common_passwords\.txt")
NOT_RENDERED = re.compile(r"/templates/|^report/")
SECRET_OR_JUNK = re.compile(
    r"(^|/)(\.env|\.venv|venv|instance|__pycache__|outbox|\.[a-z]+_cache|htmlcov)(/|$)"
    r"|\.(db|sqlite3?|sqlite-wal|sqlite-shm|pyc|log|pem|key)$|(^|/)\.coverage"
)


@dataclass(frozen=True)
class InstalledProject:
    """A baked project, the interpreter of its environment, and its database server.

    `server` is empty for a project that is tested on SQLite.
    """

    project: Project
    python: Path
    server: str = ""

    def database(self) -> AbstractContextManager[str]:
        """Return a context that gives the URL of an empty database, "" for the usual one."""
        return services.database(self.server) if self.server else nullcontext("")

    def run(self, *command: str, **variables: str) -> str:
        """Run `python -m COMMAND` in the project and return what it printed.

        Empty `variables` are left out. Raises `AssertionError` with the end of the output when
        the command fails.
        """
        done = subprocess.run(
            [str(self.python), "-m", *command],
            cwd=self.project.path,
            env=project_environment(**{name: text for name, text in variables.items() if text}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-3000:]}"
        return done.stdout


def install(project: Project, minor: int) -> InstalledProject:
    """Return `project` with the environment that it needs, on Python 3.`minor`, and its `.env`."""
    write_env_file(project)
    wanted = project.answer("database", "SQLite")
    server = wanted if wanted != "SQLite" and services.answers(wanted) else ""
    return InstalledProject(project, environment_python(project, minor), server)


def write_env_file(project: Project) -> None:
    """Create the project's `.env` by its own script."""
    script = project.path / "scripts" / "setup_project.py"
    runpy.run_path(str(script))["write_env_file"]()


def text_files(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the relative path and the text of every file that somebody may read.

    `.env` is left out: its random secrets may contain any word.
    """
    for path in project.files():
        name = project.relative(path)
        if path.suffix not in BINARY_SUFFIXES and name != ".env" and not VENDORED.match(name):
            yield name, path.read_text("utf-8")


def no_template_syntax(installed: InstalledProject) -> None:
    """No Jinja of this template, no variant file and no hole of a dropped line is left."""
    faults = []
    for name, text in text_files(installed.project):
        if re.search(r"cookiecutter\.|\.(smorest|restx|restful)\.py", text + name):
            faults.append(f"{name} names a variable or a variant of the template")
        # Guides show the code of templates and of Python files.
        prose = re.sub(r"```.*?```", "```", text, flags=re.S) if name.endswith(".md") else text
        if not NOT_RENDERED.search(name) and re.search(r"\{%|%\}|\{\{ |\{#", prose):
            faults.append(f"{name} holds Jinja")
        if not name.endswith((".py", ".py.mako", "LICENSE")) and "\n\n\n" in prose:
            faults.append(f"{name} has two blank lines in a row")
        if re.search(r"[ \t]$", text, re.MULTILINE) and not name.endswith(".md"):
            faults.append(f"{name} has white space at the end of a line")
        if (text and (not text.endswith("\n") or text.endswith("\n\n"))) or text.startswith("\n"):
            faults.append(f"{name} does not start and end with one line")
    assert not faults, "\n".join(faults)


def no_leftovers(installed: InstalledProject) -> None:
    """No file, name or word of a feature that was not chosen is left."""
    faults = []
    for feature, leftover in LEFTOVERS.items():
        if feature.isdisjoint(unchosen(installed.project)):
            continue
        for name, text in text_files(installed.project):
            for number, line in enumerate([name, *text.splitlines()]):
                if leftover.found_in(name, line):
                    faults.append(f"{'/'.join(feature)}: {name}:{number}: {line.strip()[:120]}")
    assert not faults, "\n".join(faults)


def no_dead_modules(installed: InstalledProject) -> None:
    """Every module of the application is imported by another; the report finds its own itself."""
    sources = {
        installed.project.relative(p): p for p in installed.project.files() if p.suffix == ".py"
    }
    names = [name for name in sources if not name.startswith("tests/")]
    imported = set().union(*(imports(sources[name].read_text("utf-8")) for name in names))
    modules = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in names
        if name.startswith("app/")
    }
    # `create_app` imports these by name; pagination waits for the first list of a new feature.
    named = set(re.findall(r'"(app(?:\.\w+)+)"', sources["app/__init__.py"].read_text("utf-8")))
    dead = sorted(modules - imported - named - {"app", "app.db.pagination"})
    assert not dead, f"never imported: {dead}"


def imports(source: str) -> set[str]:
    """Return the modules that `source` imports, and the names of what it takes from them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def unchosen(project: Project) -> set[str]:
    """Name the features, drivers and frameworks that the answers leave out."""
    features = {"web", "api", "posts"} - project.features
    drivers = {"PostgreSQL", "MySQL"} - {project.answer("database", "SQLite")}
    frameworks = {"Flask-Smorest", "Flask-RESTX", "Flask-RESTful"}
    chosen = (
        {project.answer("api_framework", "Flask-Smorest")} if "api" in project.features else set()
    )
    return features | drivers | (frameworks - chosen)


def parses(installed: InstalledProject) -> None:
    """Each Python file compiles, and pyproject.toml names the project after its folder."""
    for path in installed.project.files():
        if path.suffix == ".py":
            compile(path.read_bytes(), path, "exec")
    name = settings(installed)["project"]["name"]
    assert name == installed.project.path.name, f"the project is named {name}"


def settings(installed: InstalledProject) -> dict[str, Any]:
    """Return what pyproject.toml says."""
    return tomllib.loads((installed.project.path / "pyproject.toml").read_text("utf-8"))


def formatted(installed: InstalledProject) -> None:
    """Ruff would change nothing and finds nothing."""
    installed.run("ruff", "format", "--check", "--diff", "--no-cache", ".")
    installed.run("ruff", "check", "--no-cache", ".")


def typed(installed: InstalledProject) -> None:
    """mypy, strict, finds nothing."""
    assert settings(installed)["tool"]["mypy"]["strict"], "mypy is not strict"
    cache = BUILD / "mypy-cache" / installed.python.parents[1].name
    installed.run("mypy", "--cache-dir", str(cache))


def migrates(installed: InstalledProject) -> None:
    """The migrations go up, match the models, go down to nothing and up again."""
    with installed.database() as url:
        for command in (["upgrade"], ["check"], ["downgrade", "base"], ["upgrade"]):
            installed.run("flask", "db", *command, DATABASE_URL=url)


def own_suite(installed: InstalledProject) -> None:
    """The project's own tests pass, every warning being an error."""
    warnings = settings(installed)["tool"]["pytest"]["ini_options"]["filterwarnings"]
    assert warnings[0] == "error", "warnings are no errors"
    with installed.database() as url:
        output = installed.run("pytest", "-q", "-p", "no:cacheprovider", TEST_DATABASE_URL=url)
    assert re.search(r"\d+ passed", output), output[-2000:]


def nothing_secret_staged(installed: InstalledProject) -> None:
    """`git add -A` in the used project would stage no secret and no by-product."""
    with tempfile.TemporaryDirectory() as repository:
        git = ["git", f"--git-dir={repository}", f"--work-tree={installed.project.path}"]
        subprocess.run([*git, "init", "--quiet"], check=True)
        output = subprocess.run(
            [*git, "add", "--all", "--dry-run"], check=True, capture_output=True, text=True
        ).stdout
    staged = [line.removeprefix("add '").removesuffix("'") for line in output.splitlines()]
    assert "pyproject.toml" in staged, output
    bad = [name for name in staged if SECRET_OR_JUNK.search(name)]
    assert not bad, f"would be staged: {bad}"


STATIC_CHECKS: list[Check] = [
    no_template_syntax,
    no_leftovers,
    no_dead_modules,
    parses,
    formatted,
    typed,
]
LIVE_CHECKS: list[Check] = [migrates, own_suite, nothing_secret_staged]


def run_checks(installed: InstalledProject, checks: list[Check]) -> dict[str, str]:
    """Run every check; return the fault that each found, "" for none."""
    faults = {}
    for check in checks:
        try:
            check(installed)
        except (AssertionError, OSError, SyntaxError, subprocess.SubprocessError) as fault:
            faults[check.__name__] = str(fault) or repr(fault)
        else:
            faults[check.__name__] = ""
    return faults


def format_faults(faults: dict[str, str]) -> str:
    """Return the faults as text, each with the name of its check."""
    return "\n\n".join(f"{check}: {fault}" for check, fault in faults.items() if fault)


def current_minor() -> int:
    """Return the minor version of the Python that runs the tests, for projects of one bake."""
    return sys.version_info.minor
