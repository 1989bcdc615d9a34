"""`flask report`: tests temporary instances of the application and writes the results.

`checks/` has one function for each line of the report. `interfaces/` logs in and sends values.
`project_api.py` lists what the report imports from the application. The application runs without
this package.
"""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("report")
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Also write the report to this file."
)
@click.option("--check", is_flag=True, help="Exit with 1 when a line of the report fails.")
@click.option("--no-tests", is_flag=True, help="Do not run the project's own tests.")
@click.option(
    "--no-coverage", is_flag=True, help="Run the tests without coverage, in half the time."
)
@click.option(
    "--no-imports", is_flag=True, help="Do not check the side effects of importing each module."
)
@with_appcontext
def command(
    output_format: str,
    output: Path | None,
    check: bool,
    no_tests: bool,
    no_coverage: bool,
    no_imports: bool,
) -> None:
    """Measure the project and write the implementation report."""
    from report.builder import build_report
    from report.markdown import as_markdown
    from report.project_api import create_app

    # A view that prints must not write into the report.
    with redirect_stdout(sys.stderr):
        report = build_report(
            create_app,
            current_app,
            root=Path(current_app.root_path).parent,
            with_tests=not no_tests,
            with_coverage=not no_coverage,
            with_imports=not no_imports,
            show_progress=lambda text: click.echo(text, err=True),
        )
    is_json = output_format == "json"
    text = (
        json.dumps(report.as_dict(), indent=2, ensure_ascii=False)
        if is_json
        else as_markdown(report)
    )
    if output is not None:
        output.write_bytes(text.encode())
    print_safely(text)
    if check and report.failed:
        raise SystemExit(1)


def print_safely(text: str) -> None:
    """Print text; a character that the terminal's encoding lacks becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "replace").decode(encoding))
