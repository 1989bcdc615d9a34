"""Input validation: invalid values for every input of every operation."""

from collections.abc import Iterator

from report.context import Context
from report.findings import Findings
from report.interfaces import Operation
from report.registry import SECURITY, check

TOO_LONG = 100_000


@check(SECURITY, 50, "Input validation")
def input_validation(context: Context) -> str:
    """Send values that are missing, too long or malformed, or contain a NUL character."""
    findings = Findings()
    count = inputs = 0
    operations = [(interface, each) for interface, each in context.operations if each.inputs]
    for interface, operation in operations:
        accepted = context.submit(interface, operation, operation.valid_values).accepted
        findings.skip(not accepted, f"{operation.route}, which refused valid values")
        context.testing.restore()
        inputs += len(operation.inputs)
        for description, values in invalid_submissions(operation):
            submission = context.submit(interface, operation, values)
            status = submission.response.status_code
            name = f"{operation.route} ({operation.title})"
            findings.expect(not submission.accepted, f"{name} accepted {description}")
            findings.expect(status < 500, f"{operation.route} returned {status} for {description}")
            context.testing.restore()
            count += 1
    findings.expect(count > 0, "no route takes values")
    return findings.conclude(
        f"{count} values that are missing, too long or malformed, or contain a NUL, were sent to "
        f"{inputs} inputs of {len(operations)} routes; all were refused"
    )


def invalid_submissions(operation: Operation) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield sets of values that the operation must refuse, each with a description."""
    for each in operation.inputs:
        name = each.name
        if each.is_text:
            with_nul = f"a\0{operation.valid_values[name]}"
            too_long = operation.values_with(**{name: "x" * TOO_LONG})
            yield f"{TOO_LONG:,} characters as {name}", too_long
            yield f"a NUL character in {name}", operation.values_with(**{name: with_nul})
        for value in each.invalid_values:
            description = repr(value) if value else "nothing"
            yield f"{description} as {name}", operation.values_with(**{name: value})
