"""The report as Markdown, made to be read on a terminal too."""

from collections.abc import Iterable, Sequence

from report.database import Model
from report.measuring import Report
from report.outcome import Line
from report.structure import Item

TITLE = "🍶 FLASK IMPLEMENTATION REPORT"


def as_text(report: Report) -> str:
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
    """Return the tree with the captions in a column."""
    width = max(len(item.drawn) for item in items) + 2
    lines = [f"{item.drawn:<{width}}{item.caption}".rstrip() for item in items]
    return "\n".join(["```text", *lines, "```"])


def model(found: Model) -> list[str]:
    """Return the heading, the table and the relationships of a model."""
    fields = [(f"`{each.name}`", each.type, each.notes) for each in found.fields]
    relationships = [f"- {sentence}" for sentence in found.relationships]
    return [
        f"### {found.name} (table `{found.table}`)",
        found.about,
        table(("Field", "Type", "Notes"), fields),
        *(["\n".join(relationships)] if relationships else []),
    ]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table whose columns are as wide as they need to be."""
    cells = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    widths = [max(len(row[number]) for row in cells) for number in range(len(head))]
    cells.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(map(str.ljust, row, widths))} |" for row in cells)


def checklist(lines: Iterable[Line], separator: str) -> str:
    """Return a checked line for each that holds, an unchecked one for each that does not."""
    return "\n".join(
        f"- [{'x' if line.passed else ' '}] {line.name}{separator}{line.evidence}".rstrip()
        for line in lines
    )
