"""Finish the project: drop what was not chosen, write its secrets, install it, measure it.

The files always stay: a step that fails is named in the report and in the last lines printed,
together with the commands that go on from there.
"""

import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ANSWERS: dict[str, str] = json.loads(r"""{{ cookiecutter | tojson }}""")

# Condition on the chosen features → the paths that only exist when it holds.
OWNED_PATHS = {
    "web": [
        "app/main",
        "app/auth/forms.py",
        "app/auth/redirects.py",
        "app/auth/templates",
        "app/auth/views.py",
        "app/core/forms.py",
        "app/core/login_manager.py",
        "app/core/navigation.py",
        "app/core/template_filters.py",
        "app/static",
        "app/templates",
        "report/measures/web",
        "report/surfaces/web.py",
        "tests/auth/test_pages.py",
        "tests/core/test_forms.py",
        "tests/main",
        "tests/support/web.py",
        "tests/web",
    ],
    "api": [
        "app/api",
        "app/auth/handlers.py",
        "app/auth/schemas.py",
        "app/auth/token_endpoints.py",
        "app/auth/tokens.py",
        "app/auth/user_endpoints.py",
        "report/measures/api",
        "report/surfaces/api.py",
        "tests/api",
        "tests/auth/test_token_endpoints.py",
        "tests/auth/test_user_endpoints.py",
        "tests/support/api.py",
    ],
    "apispec": [
        "app/api/decorators.py",
        "app/api/openapi_builder.py",
    ],
    "posts": [
        "app/posts",
        "tests/posts",
    ],
    "web & posts": [
        "app/posts/forms.py",
        "app/posts/markdown.py",
        "app/posts/operations.py",
        "app/posts/page_queries.py",
        "app/posts/templates",
        "app/posts/views.py",
        "tests/posts/test_editing.py",
        "tests/posts/test_markdown.py",
        "tests/posts/test_pages.py",
    ],
    "api & posts": [
        "app/posts/endpoints.py",
        "app/posts/handlers.py",
        "app/posts/schemas.py",
        "tests/posts/test_endpoints.py",
    ],
}

# Answer to `api_framework` → VARIANT in the names `stem.VARIANT.py` of the files written for it.
FRAMEWORKS = {"Flask-Smorest": "smorest", "Flask-RESTX": "restx", "Flask-RESTful": "restful"}

REPORT = "IMPLEMENTATION_REPORT.md"
REPORT_SECTIONS = (
    "Project Structure 📁",
    "Routes Overview 🗺️",
    "Database Models 📊",
    "Extensions Used 🔧",
    "Security Measures 🔒",
    "Self-verification ✅",
)
OLDEST_PYTHON = (3, 11)
SECONDS_BETWEEN_SIGNS_OF_LIFE = 5
# Settings of the surrounding shell that would point the new project at another one's environment,
# database or secrets.
FOREIGN_SETTINGS = (
    "VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE UV_PROJECT_ENVIRONMENT APP_ENV"
    " DATABASE_URL REDIS_URL SECRET_KEY JWT_SECRET_KEY FLASK_APP FLASK_DEBUG FLASK_ENV"
    " TEST_DATABASE_URL"
).split()


# Runs on the project's interpreter: the one that runs this hook may be too old for `tomllib`, and
# the pip that comes with Python 3.11 too old for `--group`.
PIP_INSTALL = """
import pathlib, subprocess, sys, tomllib
data = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))
requirements = data["project"]["dependencies"] + data["dependency-groups"]["dev"]
pip = [sys.executable, "-m", "pip"]
code = subprocess.call([*pip, "install", *requirements])
if code == 0:
    pathlib.Path("requirements.lock").write_bytes(subprocess.check_output([*pip, "freeze"]))
sys.exit(code)
"""


# Compiles, by importing it, what the application imports late; some of it may not be installed.
IMPORT_EARLY = """
import contextlib, gc, importlib, os
gc.disable()
late = "marshmallow wtforms markdown_it limits structlog jwt mako.template pygments.lexers"
for name in [*late.split(), "alembic.command"]:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
os._exit(0)
"""
# Does `flask db upgrade` and the command of `flask` that the other arguments name. In one process:
# importing and compiling all modules takes longer than migrating; a second one helps to compile. To
# look for garbage and to take the interpreter down would cost another half of a second.
MIGRATE_AND = """
import gc, os, subprocess, sys
gc.disable()
from flask.cli import cli

def flask(*arguments):
    try:
        cli.main(arguments, prog_name="flask")
    except SystemExit as end:
        return end.code

early = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
code = flask("db", "upgrade") or flask(*sys.argv[2:])
early.wait()
sys.stdout.flush()
os._exit(code or 0)
"""


class Step(NamedTuple):
    """A part of the installation: what it does, its command, whether it prints its own progress."""

    title: str
    command: list[object]
    live: bool = False


class StepError(Exception):
    """A step of the installation could not be done; the message says why, in one line."""


def say(text: str = "") -> None:
    """Print a line at once, so that it keeps its place among the lines of child processes."""
    print(text, flush=True)


def chosen_features() -> set[str]:
    """Name the features that the answers switch on."""
    chosen = {name for name in ("web", "api", "posts") if ANSWERS[f"__{name}"]}
    # Flask-Smorest documents its operations itself, the other frameworks' need our help.
    return chosen if ANSWERS["api_framework"] == "Flask-Smorest" else chosen | {"apispec"}


def remove(path: Path) -> None:
    """Delete a file or a folder; one that is not there is fine."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def select_variants(project: Path) -> None:
    """Rename the chosen framework's `stem.variant.py` files to `stem.py`, delete the others."""
    wanted = FRAMEWORKS[ANSWERS["api_framework"]]
    for path in [*project.glob("app/**/*.*.py"), *project.glob("tests/**/*.*.py")]:
        stem, variant, _ = path.name.rsplit(".", 2)
        if variant == wanted:
            path.replace(path.with_name(f"{stem}.py"))
        elif variant in FRAMEWORKS.values():
            path.unlink()


def holds(condition: str) -> bool:
    """Tell whether the chosen features meet `condition`: cases by `|`, their features by `&`."""
    chosen = chosen_features()
    return any(chosen.issuperset(case.split(" & ")) for case in condition.split(" | "))


def drop_unchosen(project: Path) -> None:
    """Delete the paths whose condition does not hold."""
    for condition, paths in OWNED_PATHS.items():
        if not holds(condition):
            for path in paths:
                remove(project / path)


def write_secrets(project: Path) -> None:
    """Write `.env` with fresh secrets, unless the project has one; `.env.example` explains more.

    Raises `OSError` when it cannot be written; a part of it is not left behind.
    """
    path = project / ".env"
    if path.exists():
        return
    lines = ["APP_ENV=development", f"SECRET_KEY={secrets.token_urlsafe(48)}"]
    if ANSWERS["__api"]:
        lines.append(f"JWT_SECRET_KEY={secrets.token_urlsafe(48)}")
    try:
        path.touch(mode=0o600)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def wants_installation() -> bool:
    """Tell whether to install now; update tools and tests say no through KILN_INSTALL."""
    return os.environ.get("KILN_INSTALL", ANSWERS["install"]).strip().lower() != "no"


def child_environment() -> dict[str, str]:
    """Return the environment for child processes, without settings that belong elsewhere.

    Bytecode is written by the first import of each module: the migration and the report import
    what the server will. Compiling every file of every tool at once takes 3 s longer.
    """
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN_SETTINGS}
    return {**kept, "PYTHONUTF8": "1"}


def project_python(project: Path) -> Path:
    """Return the path of the interpreter in the project's environment."""
    folder, name = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return project / ".venv" / folder / name


def wait(process: "subprocess.Popen[bytes]", step: Step, started: float) -> int:
    """Wait for `process`, printing a line every few seconds; return its exit code.

    A `live` step prints its own progress. On an interruption the child is stopped.
    """
    try:
        while True:
            try:
                return process.wait(None if step.live else SECONDS_BETWEEN_SIGNS_OF_LIFE)
            except subprocess.TimeoutExpired:
                say(f"    {time.monotonic() - started:.0f} s so far")
    except KeyboardInterrupt:
        process.terminate()
        raise


def run(step: Step) -> None:
    """Run one step of the installation in the project's folder, showing that it goes on.

    Raises `StepError` with the last line that the command wrote.
    """
    say(f"==> {step.title}")
    started = time.monotonic()
    with tempfile.TemporaryFile() as log:
        output = None if step.live else log
        process = subprocess.Popen(
            [str(part) for part in step.command],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        code = wait(process, step, started)
        log.seek(0)
        words = log.read().decode(errors="replace").strip().splitlines()
    if code:
        for line in words[-15:]:
            say(f"    {line}")
        raise StepError(f"{step.title}: {words[-1].strip() if words else f'exit code {code}'}")
    say(f"    done in {time.monotonic() - started:.1f} s")


def find_python() -> str:
    """Return an interpreter that can host the project: this one, or a newer one on the PATH.

    Raises `StepError` when there is none.
    """
    if sys.version_info >= OLDEST_PYTHON:
        return sys.executable
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        if found := shutil.which(f"python3.{minor}"):
            return found
    raise StepError(
        "the project needs Python 3.11 or newer, and this machine shows neither one nor uv"
    )


def uv_steps(project: Path, uv: str) -> list[Step]:
    """Return the steps that install with uv, which finds or fetches a fitting Python itself."""
    return [Step("Install the packages with uv", [uv, "sync"]), *last_steps(project)]


def pip_steps(project: Path) -> list[Step]:
    """Return the steps that install with the tools that come with Python."""
    python = project_python(project)
    return [
        Step("Create the environment .venv", [find_python(), "-m", "venv", ".venv"]),
        Step("Install the packages with pip", [python, "-c", PIP_INSTALL]),
        *last_steps(project),
    ]


def last_steps(project: Path) -> list[Step]:
    """Return the steps that the installed project takes; KILN_TESTS=no leaves its tests out."""
    report = ["report", "--output", REPORT, "--no-coverage"]
    if os.environ.get("KILN_TESTS", "").strip().lower() == "no":
        report.append("--no-tests")
    command = [project_python(project), "-c", MIGRATE_AND, IMPORT_EARLY, *report]
    return [Step("Create the database and measure the project", command, live=True)]


def install(project: Path, uv: "str | None") -> None:
    """Install, migrate and measure; raises `StepError` at the first step that cannot be done."""
    for step in uv_steps(project, uv) if uv else pip_steps(project):
        run(step)


def commands_by_hand(uv: "str | None") -> list[str]:
    """Return the commands that do what `install` does, then start the server."""
    report = f"flask report --output {REPORT}"
    if uv:
        flask_commands = ["flask db upgrade", report, "flask run"]
        return ["uv sync", *(f"uv run {command}" for command in flask_commands)]
    python, folder = ("py -3", ".venv\\Scripts\\") if os.name == "nt" else ("python3", ".venv/bin/")
    here = [
        "python -m pip install uv",
        "uv sync --inexact",
        "flask db upgrade",
        report,
        "flask run",
    ]
    return [f"{python} -m venv .venv", *(folder + command for command in here)]


def change_folder(project: Path) -> str:
    """Return the command that goes to the project from where the user is."""
    here = Path(os.environ.get("PWD", project.anchor))
    path = project.relative_to(here) if here in project.parents[:-1] else project
    return f'cd "{path}"' if " " in str(path) else f"cd {path}"


def say_commands(heading: str, commands: list[str]) -> None:
    """Print `commands` under `heading`, ready to be copied."""
    say()
    say(heading)
    say()
    for command in commands:
        say(f"    {command}")
    say()


def write_unmeasured_report(project: Path, reason: str, commands: list[str]) -> None:
    """Write the report of a project that could not be measured: why, and how to measure it."""
    title = "🍶 FLASK IMPLEMENTATION REPORT"
    lines = [title, "=" * 30, ""]
    lines += ["Flask Version: not measured", "Python Version: not measured"]
    lines += [
        f"Application Type: {ANSWERS['application_type']}",
        f"Database: {ANSWERS['database']}",
    ]
    for section in REPORT_SECTIONS:
        lines += ["", f"## {section}", "", f"- [ ] could not be measured: {reason}"]
    lines += ["", "To measure the project:", "", *(f"    {command}" for command in commands), ""]
    (project / REPORT).write_bytes("\n".join(lines).encode())


def give_up(project: Path, reason: str, commands: list[str]) -> None:
    """Say why the installation stopped, in the report and on the terminal, and how to go on."""
    say()
    say(f"The project is baked, but not installed: {reason}")
    try:
        write_unmeasured_report(project, reason, commands[:-1])
    except OSError as error:
        say(f"{REPORT} could not be written: {error.strerror}")
    say_commands("To go on, when that is put right:", [change_folder(project), *commands])


def install_or_explain(project: Path) -> None:
    """Install the project; whatever stops that is explained, and never raised."""
    uv = shutil.which("uv")
    commands = commands_by_hand(uv)
    try:
        install(project, uv)
    except StepError as failure:
        give_up(project, str(failure), commands)
    except OSError as error:
        give_up(project, f"{error.strerror}: {error.filename}", commands)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        give_up(project, "interrupted", commands)
    else:
        say_commands(
            f"{ANSWERS['project_slug']} is ready. Start it:", [change_folder(project), commands[-1]]
        )


def prepare(project: Path) -> bool:
    """Write the project's files as chosen; return False, explaining, when `.env` cannot be."""
    select_variants(project)
    drop_unchosen(project)
    try:
        write_secrets(project)
    except OSError as error:
        give_up(
            project,
            f".env cannot be written: {error.strerror}",
            ["cp .env.example .env", *commands_by_hand(shutil.which("uv"))],
        )
        return False
    return True


def main() -> None:
    """Run every step in the generated project, which is the working directory."""
    Path(__file__).unlink(missing_ok=True)  # cookiecutter leaves each rendered hook behind
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    project = Path.cwd()
    if not prepare(project):
        return
    if wants_installation():
        install_or_explain(project)
    elif "KILN_INSTALL" not in os.environ:
        commands = commands_by_hand(shutil.which("uv"))
        say_commands("The files are written. To go on:", [change_folder(project), *commands])


if __name__ == "__main__":
    main()
