"""`flask report`: measures the project on throw-away applications, and says what was found.

`measures/` holds what is measured, a function for each line; `surfaces/` how the application is
reached; the rest is what they work with, and how the report is written.
"""

import json
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("report")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--output", type=click.Path(path_type=Path), help="Write the report to a file too.")
@click.option("--check", is_flag=True, help="Exit with 1 when a line of the report fails.")
@click.option("--no-tests", is_flag=True, help="Leave the project's own tests out.")
@click.option("--no-coverage", is_flag=True, help="Run the tests in half of the time.")
@with_appcontext
def command(form: str, output: Path | None, check: bool, no_tests: bool, no_coverage: bool) -> None:
    """Measure the project, and write the implementation report."""
    from app import create_app
    from report.measuring import measure_project
    from report.text import as_text

    report = measure_project(
        create_app,
        current_app,
        root=Path(current_app.root_path).parent,
        with_tests=not no_tests,
        with_coverage=not no_coverage,
        say=lambda text: click.echo(text, err=True),
    )
    is_json = form == "json"
    text = (
        json.dumps(report.as_dict(), indent=2, ensure_ascii=False) if is_json else as_text(report)
    )
    if output is not None:
        output.write_bytes(text.encode())
    print_safely(text)
    if check and report.failed:
        raise SystemExit(1)


def print_safely(text: str) -> None:
    """Print text on a terminal that may not know every character."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))
