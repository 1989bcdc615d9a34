"""Jinja filters that escape answers for each kind of file, check them, and describe the template.

Cookiecutter imports this module because `cookiecutter.json` names it under `_extensions`.
"""

import json
import os
import re
import runpy
import string
import subprocess
from collections.abc import Callable
from pathlib import Path

from cookiecutter.exceptions import FailedHookException
from jinja2 import Environment
from jinja2.ext import Extension

TEMPLATE = Path(__file__).parent
# A URL of a server, `user@host:path`, or an abbreviation such as `gh:org/repo`; not `C:\path`.
REMOTE_ADDRESS = re.compile(r"(https?|ssh|git)://|[\w.-]+@[\w.-]+:|[a-z]{2,}:(?!//)")
# A password or an access token in a URL.
CREDENTIALS = re.compile(r"^(https?://)[^/@]*@")
MARKDOWN_SYNTAX = frozenset("\\`*_{}[]<>#|~&$")
# These begin a list or underline a heading, at the start of a line.
MARKDOWN_LINE_SYNTAX = frozenset("+-=.)")
MARKDOWN_LINE_STARTS = frozenset("+-=" + string.digits)


def python_string(value: str) -> str:
    """Return the Python literal of `value`, with the quotes that `ruff format` prefers."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + value.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


def toml_string(value: object) -> str:
    """Return the TOML string that holds `value` as text."""
    # TOML has the escapes of JSON; what only JSON could write is refused as an answer.
    return json.dumps(str(value), ensure_ascii=False)


def markdown_text(value: str) -> str:
    """Return Markdown that shows `value` as plain text on one line, without outer white space."""
    text = value.strip()
    syntax = MARKDOWN_SYNTAX
    if text[:1] in MARKDOWN_LINE_STARTS:
        syntax |= MARKDOWN_LINE_SYNTAX
    return "".join(f"\\{character}" if character in syntax else character for character in text)


def checked(answers: dict[str, str]) -> str:
    """Return "yes" for answers that can become a project.

    Raises `FailedHookException` with a sentence for each fault. The rules are those of
    `hooks/pre_gen_project.py`, which runs too late: Cookiecutter creates the project's folder
    before, and a `project_slug` such as `../name` would name a folder elsewhere.
    """
    if "project_slug" not in answers:  # Replay asks only for what the record does not hold.
        raise FailedHookException(
            "The recorded answers are those of an older version of the template; answer the "
            "questions anew, for example with --no-input and name=value."
        )
    hook = runpy.run_path(str(TEMPLATE / "hooks" / "pre_gen_project.py"))
    if faults := hook["find_faults"](answers):
        raise FailedHookException("\n".join(faults))
    return "yes"


def template_address(address: str) -> str:
    """Return where the template can be fetched from, for `pyproject.toml`; "local" if nowhere.

    `address` is what Cookiecutter was given. The remote `origin` of the template's repository comes
    first: it is an address even if Cookiecutter was given a clone or an abbreviation. A path is not
    recorded: it may hold a person's name, and means nothing on another machine.
    """
    for candidate in (run_git("remote", "get-url", "origin"), address):
        if REMOTE_ADDRESS.match(candidate):
            return CREDENTIALS.sub(r"\1", candidate)
    return "local"


def template_commit() -> str:
    """Return the hash of the template's commit; "unknown" where it has no git repository.

    "-dirty" follows the hash if files were changed after the commit.
    """
    return run_git("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*") or "unknown"


def run_git(*arguments: str) -> str:
    """Run git in the template's folder and return its output; "" if that fails.

    A template without a repository of its own may lie in the folder of another repository.
    """
    variables = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
    for command in (["ls-files", "--error-unmatch", "cookiecutter.json"], arguments):
        try:
            done = subprocess.run(
                ["git", *command],
                cwd=TEMPLATE,
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=10,
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        if done.returncode:
            return ""
    return done.stdout.strip()


FILTERS: dict[str, Callable[..., str]] = {
    "checked": checked,
    "markdown_text": markdown_text,
    "python_string": python_string,
    "template_address": template_address,
    "toml_string": toml_string,
}
FUNCTIONS: dict[str, Callable[..., str]] = {"template_commit": template_commit}


class Filters(Extension):
    """Adds `FILTERS` and `FUNCTIONS` to Cookiecutter's Jinja environment."""

    def __init__(self, environment: Environment) -> None:
        """Read this file again: `cruft update` renders two versions of it in one process."""
        super().__init__(environment)
        module = runpy.run_path(__file__)
        environment.filters.update(module["FILTERS"])
        environment.globals.update(module["FUNCTIONS"])
