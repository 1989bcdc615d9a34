"""Writes the report as Markdown that can also be read on a terminal."""

from collections.abc import Iterable, Sequence

from report.builder import Report
from report.findings import Line
from report.model_descriptions import ModelDescription
from report.structure import Item

TITLE = "🍶 FLASK IMPLEMENTATION REPORT"


def as_markdown(report: Report) -> str:
    """Return the whole report."""
    parts = [
        f"{TITLE}\n{'=' * 30}",
        "\n".join(f"{name}: {value}" + "  " for name, value in report.head.items()),
        "## Project Structure 📁",
        structure(report.structure),
        "## Routes Overview 🗺️",
        table(
            ("Route", "Method", "Blueprint", "Auth"),
            [(f"`{row.route}`", row.method, row.blueprint, row.auth) for row in report.routes],
        ),
        "## Database Models 📊",
        *(part for each in report.models for part in model(each)),
        "## Extensions Used 🔧",
        checklist(report.extensions, " "),
        "## Security Measures 🔒",
        checklist(report.security, ": "),
        "## Self-verification ✅",
        checklist(report.verification, ": "),
    ]
    return "\n\n".join(parts) + "\n"


def structure(items: Sequence[Item]) -> str:
    """Return the tree with its captions in a second column."""
    width = max(len(item.drawn) for item in items) + 2
    lines = [f"{item.drawn:<{width}}{item.caption}".rstrip() for item in items]
    return "\n".join(["```text", *lines, "```"])


def model(described: ModelDescription) -> list[str]:
    """Return the heading, the table and the relationships of a model."""
    fields = [(f"`{each.name}`", each.type, each.notes) for each in described.fields]
    relationships = [f"- {sentence}" for sentence in described.relationships]
    return [
        f"### {described.name} (table `{described.table}`)",
        described.about,
        table(("Field", "Type", "Notes"), fields),
        *(["\n".join(relationships)] if relationships else []),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with aligned columns."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(head))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in cells)


def checklist(lines: Iterable[Line], separator: str) -> str:
    """Return the lines as a checklist: a line that passed is checked."""
    return "\n".join(
        f"- [{'x' if line.passed else ' '}] {line.name}{separator}{line.evidence}".rstrip()
        for line in lines
    )
