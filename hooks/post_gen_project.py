"""Finish the project: delete what was not chosen, install the rest and measure it.

A step that fails deletes nothing: the report and the last printed lines name the step, its reason,
and the commands that continue from there.
"""

import io
import json
import os
import re
import runpy
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

ANSWERS: dict[str, str] = json.loads(r"""{{ cookiecutter | tojson }}""")

# Condition on the chosen features → the paths that only exist when it holds.
OWNED_PATHS = {
    "web": [
        "app/main",
        "app/auth/browser_sessions.py",
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
        "report/checks/web",
        "report/interfaces/web.py",
        "tests/auth/test_redirects.py",
        "tests/auth/test_sessions.py",
        "tests/auth/test_throttling.py",
        "tests/auth/test_views.py",
        "tests/core/test_cookie_session.py",
        "tests/core/test_forms.py",
        "tests/core/test_kept_input.py",
        "tests/core/test_template_filters.py",
        "tests/main",
        "tests/support/web.py",
    ],
    "api": [
        "app/api",
        "app/auth/schemas.py",
        "app/auth/token_endpoints.py",
        "app/auth/tokens.py",
        "app/auth/user_endpoints.py",
        "report/checks/api",
        "report/interfaces/api.py",
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
        "migrations/versions/0002_posts.py",
        "tests/posts",
    ],
    "web & posts": [
        "app/posts/forms.py",
        "app/posts/markdown.py",
        "app/posts/operations.py",
        "app/posts/site_queries.py",
        "app/posts/templates",
        "app/posts/views.py",
        "tests/posts/test_editing.py",
        "tests/posts/test_markdown.py",
        "tests/posts/test_views.py",
    ],
    "api & posts": [
        "app/posts/endpoints.py",
        "app/posts/schemas.py",
        "tests/posts/test_endpoints.py",
    ],
}

# Answer to `api_framework` → VARIANT in the name `framework.VARIANT.py` of the module for it.
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
SECONDS_BETWEEN_PROGRESS_LINES = 5
SECONDS_TO_TERMINATE = 10

# The variables of the shell that child processes see. Others could point the new project at another
# one's environment, database or secrets, or change what its tools do.
KEPT_VARIABLES = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TERM|NO_COLOR|TMPDIR|TEMP|TMP|LD_LIBRARY_PATH"
    r"|XDG_\w+_HOME|NETRC|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE"
    r"|(HTTP|HTTPS|ALL|NO)_PROXY"
    # Windows
    r"|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|USERPROFILE|HOMEDRIVE|HOMEPATH|(LOCAL)?APPDATA"
    r"|PROGRAMDATA|PROGRAMFILES(\(X86\))?|NUMBER_OF_PROCESSORS|PROCESSOR_ARCHITECTURE"
    # Where uv and pip look for packages, and where they keep them
    r"|UV_(\w*INDEX\w*|FIND_LINKS|OFFLINE|(NO_)?CACHE\w*|CONFIG_FILE|HTTP_\w+|REQUEST_\w+"
    r"|CONCURRENT_\w+|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|KEYRING_PROVIDER|LINK_MODE|PYTHON\w*)"
    r"|PIP_(\w*INDEX\w*|FIND_LINKS|(NO_)?CACHE\w*|CONFIG_FILE|(CLIENT_)?CERT|TRUSTED_HOST|PROXY"
    r"|(DEFAULT_)?TIMEOUT|RETRIES|KEYRING_PROVIDER|DISABLE_PIP_VERSION_CHECK)",
    re.IGNORECASE,  # Windows does not distinguish case; proxies are written in both.
)
WORDS = {"yes": True, "1": True, "true": True, "no": False, "0": False, "false": False}

# `flask db upgrade` and then `flask` with the arguments given. One process imports the application
# once, which saves 0.4 to 0.5 s (docs/benchmarks.md).
MIGRATE_AND_RUN = """
import sys
from flask.cli import cli

for arguments in (["db", "upgrade"], sys.argv[1:]):
    cli.main(arguments, prog_name="flask", standalone_mode=False)
"""


class Step(NamedTuple):
    """A step of the installation: its title, its command, whether it prints its own progress."""

    title: str
    command: list[str]
    live: bool = False


class StepError(Exception):
    """A step of the installation could not be done; the message says why, in one line."""


def say(text: str = "") -> None:
    """Print a line at once, so that it keeps its place among the lines of child processes."""
    print(text, flush=True)


def chosen_features() -> set[str]:
    """Name the features that the answers switch on."""
    chosen = {name for name in ("web", "api", "posts") if ANSWERS[f"__{name}"]}
    # Flask-Smorest writes OpenAPI 3 itself; for the other frameworks the project does.
    return chosen if ANSWERS["api_framework"] == "Flask-Smorest" else chosen | {"apispec"}


def remove(path: Path) -> None:
    """Delete a file or a folder; one that is not there is fine."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def select_framework(project: Path) -> None:
    """Rename the module of the chosen API framework to `framework.py`, delete the others."""
    wanted = f"framework.{FRAMEWORKS[ANSWERS['api_framework']]}.py"
    for path in sorted((project / "app" / "api").glob("framework.*.py")):
        if path.name == wanted:
            path.replace(path.with_name("framework.py"))
        else:
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


def wanted(variable: str) -> "bool | None":
    """Return what `variable` of the environment says: True, False, or None where it is empty.

    Another word counts as empty, and a sentence says so.
    """
    word = os.environ.get(variable, "").strip().lower()
    if word and word not in WORDS:
        say(f"{variable}={word!r} is ignored: it is none of {', '.join(WORDS)}.")
    return WORDS.get(word)


def child_environment() -> dict[str, str]:
    """Return the environment for child processes: variables that do not configure the project.

    Python compiles each module when it is first imported: the migration and the report import what
    the server will need. To compile every file of every tool takes 3 s longer.
    """
    kept = {name: text for name, text in os.environ.items() if KEPT_VARIABLES.fullmatch(name)}
    return {**kept, "PYTHONUTF8": "1"}


def wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for `process`, printing a line every few seconds; return its exit code."""
    started = time.monotonic()
    while True:
        try:
            return process.wait(SECONDS_BETWEEN_PROGRESS_LINES)
        except subprocess.TimeoutExpired:
            say(f"    {time.monotonic() - started:.0f} s so far")


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Terminate `process` and wait for its end."""
    process.terminate()
    try:
        process.wait(SECONDS_TO_TERMINATE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def execute(command: list[str], output: "int | None") -> int:
    """Run `command`, which writes to the file `output`; return its exit code.

    Without `output` the command prints its own progress. An interruption stops the command.
    """
    process = subprocess.Popen(
        command,
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    try:
        return process.wait() if output is None else wait(process)
    except KeyboardInterrupt:
        stop(process)
        raise


def run(step: Step) -> None:
    """Run one step of the installation in the project's folder.

    Raises `StepError` with the last line that the command wrote.
    """
    say(f"==> {step.title}")
    started = time.monotonic()
    lines: list[str] = []
    if step.live:
        code = execute(step.command, None)
    else:
        with tempfile.TemporaryFile() as log:
            code = execute(step.command, log.fileno())
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines()
    if code:
        for line in lines[-15:]:
            say(f"    {line}")
        raise StepError(f"{step.title}: {lines[-1].strip() if lines else f'exit code {code}'}")
    say(f"    done in {time.monotonic() - started:.1f} s")


def report_step(python: list[str]) -> Step:
    """Return the step that migrates and measures; KILN_TESTS=no leaves the project's tests out."""
    report = ["report", "--output", REPORT, "--no-coverage"]
    if wanted("KILN_TESTS") is False:
        report.append("--no-tests")
    command = [*python, "-c", MIGRATE_AND_RUN, *report]
    return Step("Create the database and measure the project", command, live=True)


def install(project: Path) -> None:
    """Install, migrate and measure, as `scripts/setup_project.py` of the project says.

    Raises `StepError` or `OSError` at the first step that fails.
    """
    setup: dict[str, Any] = runpy.run_path(str(project / "scripts" / "setup_project.py"))
    try:
        setup["write_env_file"]()
    except OSError as error:
        raise StepError(f".env cannot be written: {error.strerror}") from error
    try:
        steps = [Step(*step) for step in setup["install_steps"]()]
    except setup["SetupError"] as error:
        raise StepError(str(error)) from error
    for step in [*steps, report_step(setup["python_command"]())]:
        run(step)


def commands_by_hand() -> list[str]:
    """Return the commands that do what `install` does, then start the server."""
    if shutil.which("uv"):
        setup, start = "uv run --no-project scripts/setup_project.py", "uv run "
    elif os.name == "nt":
        setup, start = "py -3 scripts\\setup_project.py", ".venv\\Scripts\\"
    else:
        setup, start = "python3 scripts/setup_project.py", ".venv/bin/"
    return [setup, f"{start}flask report --output {REPORT}", f"{start}flask run"]


def change_folder(project: Path) -> str:
    """Return the command that goes to the project's folder."""
    path = str(project)
    return f"cd {subprocess.list2cmdline([path]) if os.name == 'nt' else shlex.quote(path)}"


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
    """Say why the installation stopped, in the report and on the terminal, and how to continue."""
    say()
    say(f"The files are written, but the installation stopped. {reason}")
    try:
        write_unmeasured_report(project, reason, commands[:-1])
    except OSError as error:
        say(f"{REPORT} could not be written: {error.strerror}")
    say_commands("When that is solved, continue with:", [change_folder(project), *commands])


def install_or_explain(project: Path) -> None:
    """Install the project; explain what stops the installation, and never raise it."""
    commands = commands_by_hand()
    try:
        install(project)
    except StepError as failure:
        give_up(project, str(failure), commands)
    except OSError as error:
        give_up(project, str(error), commands)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        give_up(project, "interrupted", commands)
    else:
        flask = commands[-1].removesuffix("run")
        accounts = [f"{flask}user create you@example.com --admin", f"{flask}seed  # or demo data"]
        say_commands(
            f"{ANSWERS['project_slug']} is ready. Start it:",
            [change_folder(project), *accounts, commands[-1]],
        )


def main() -> None:
    """Run every step in the generated project, which is the working directory."""
    Path(__file__).unlink(missing_ok=True)  # Cookiecutter leaves each rendered hook behind.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    project = Path.cwd()
    select_framework(project)
    drop_unchosen(project)
    variable = wanted("KILN_INSTALL")
    if variable or (variable is None and ANSWERS["install"] == "yes"):
        install_or_explain(project)
    elif variable is None:  # Update tools and tests, which set the variable, need no advice.
        commands = [change_folder(project), *commands_by_hand()]
        say_commands("The files are written. To install the project and start it:", commands)


if __name__ == "__main__":
    main()
