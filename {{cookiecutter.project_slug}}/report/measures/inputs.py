"""Bad values, sent through every input of every route."""

from collections.abc import Iterator

from report.lab import Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces import Entry

LONGEST_EXPECTED = 100_000


@measure(SECURITY, 50, "Input validation")
def input_validation(lab: Lab) -> str:
    """Send values that are missing, too long, malformed, or hold a NUL character."""
    findings = Findings()
    count = inputs = 0
    entries = [(surface, entry) for surface, entry in lab.entries if entry.inputs]
    for surface, entry in entries:
        accepted = lab.submit(surface, entry, entry.valid).accepted
        findings.skip(not accepted, f"{entry.route}, which refused valid values")
        lab.relaxed.restore()
        inputs += len(entry.inputs)
        for told, values in bad_values(entry):
            outcome = lab.submit(surface, entry, values)
            status = outcome.response.status_code
            findings.expect(not outcome.accepted, f"{entry.route} ({entry.title}) accepted {told}")
            findings.expect(status < 500, f"{entry.route} answered {status} to {told}")
            lab.relaxed.restore()
            count += 1
    findings.expect(count > 0, "no route takes values")
    return findings.conclude(
        f"{count} values that are missing, too long, malformed or hold a NUL were sent to "
        f"{inputs} inputs of {len(entries)} routes, and refused"
    )


def bad_values(entry: Entry) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield, in words and as a set of values, what `entry` must refuse."""
    for each in entry.inputs:
        if each.is_text:
            long, nul = "x" * LONGEST_EXPECTED, f"a\0{entry.valid[each.name]}"
            yield f"{LONGEST_EXPECTED:,} characters as {each.name}", entry.but(**{each.name: long})
            yield f"a NUL character in {each.name}", entry.but(**{each.name: nul})
        for value in each.bad:
            told = repr(value) if value else "nothing"
            yield f"{told} as {each.name}", entry.but(**{each.name: value})
