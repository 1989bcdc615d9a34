"""Blocked connections and processes, and requests that reached the time limit."""

from report.client import SECONDS_PER_REQUEST
from report.context import Context
from report.findings import NotMeasuredError
from report.registry import VERIFICATION, check


@check(VERIFICATION, 110, "Isolation")
def isolation(context: Context) -> str:
    """List the blocked attempts and the requests that reached the time limit."""
    attempts = [f"{request}: {attempt}" for attempt, request in context.guard.attempts.items()]
    slow = [each for test_app in context.test_apps for each in test_app.recorder.slow.values()]
    parts = []
    if attempts:
        parts.append(f"code after a blocked connection or process ({'; '.join(attempts)})")
    if slow:
        parts.append(
            f"the rest of requests that were stopped after {SECONDS_PER_REQUEST:.0f} s: {', '.join(dict.fromkeys(slow))}"
        )
    if parts:
        raise NotMeasuredError("; ".join(parts))
    return (
        f"{context.request_count:,} requests opened no connection and started no process; each "
        f"ended within {SECONDS_PER_REQUEST:.0f} s"
    )
