"""Attacks on logging in: guessing passwords, and finding out who has an account."""

import gc
import os
import time
from collections.abc import Mapping

from werkzeug.test import TestResponse

from report.context import Context
from report.findings import Findings
from report.interfaces import Interface, Operation
from report.project_api import User, db, hash_password
from report.registry import SECURITY, check
from report.test_app import OWNER, PASSWORD, TestApp

MAX_ATTEMPTS = 40
WRONG_PASSWORD = "Wrong-password-4d2b"  # noqa: S105 - of no account
NEW_PASSWORD = "Another-password-7f3c"  # noqa: S105 - of an account that is registered here
UNKNOWN_EMAIL = "nobody-canary@example.com"
# Slow enough for the time of a response to show whether a hash was computed.
MEDIUM_HASH = "scrypt:4096:8:1"
# The number of timed responses, and the smallest difference in seconds that is reported. Windows
# measures
# the CPU time of a thread in steps of 16 ms.
TIMINGS, CLOCK_STEP = (8, 0.032) if os.name == "nt" else (2, 0.004)


def login_operations(context: Context) -> list[tuple[Interface, Operation]]:
    """Return the operations that take an e-mail address and a password from everybody."""
    return [
        (interface, operation)
        for interface, operation in context.operations
        if operation.sender is None
        and {"email", "password"} <= {each.name for each in operation.inputs}
    ]


@check(SECURITY, 110, "Throttling")
def throttling(context: Context) -> str:
    """Send wrong passwords under the production configuration until they are refused."""
    findings = Findings()
    evidence = []
    for interface, operation in login_operations(context):
        context.production.restore()
        values = operation.values_with(email=OWNER.email, password=WRONG_PASSWORD)
        count, response = send_until_refused(interface, context.production, operation, values)
        refused = response.status_code == 429
        findings.expect(refused, f"{operation.route} accepted {MAX_ATTEMPTS} attempts in a row")
        has_time = response.headers.get("Retry-After", "").isdigit()
        findings.expect(
            has_time or not refused, f"the response 429 of {operation.route} lacks Retry-After"
        )
        evidence.append(f"{operation.route} returns 429 with Retry-After after {count} attempts")
    findings.expect(bool(evidence), "there is no route to log in")
    return findings.conclude("; ".join(evidence))


def send_until_refused(
    interface: Interface, test_app: TestApp, operation: Operation, values: Mapping[str, object]
) -> tuple[int, TestResponse]:
    """Send the values repeatedly; return the number of attempts that were not refused, and the last
    response."""
    url = operation.route.rule
    count, response = 0, interface.send(test_app, url, values)
    while response.status_code != 429 and count < MAX_ATTEMPTS:
        count, response = count + 1, interface.send(test_app, url, values)
    return count, response


@check(SECURITY, 120, "Account enumeration")
def account_enumeration(context: Context) -> str:
    """Compare the responses, and their times, for a known and an unknown e-mail address."""
    findings = Findings()
    operations = login_operations(context)
    for interface, operation in operations:
        known, unknown = (
            visible_response(interface, context.testing, operation, email)
            for email in (OWNER.email, UNKNOWN_EMAIL)
        )
        context.testing.restore()
        findings.expect(
            known == unknown, f"{operation.route} shows whether an e-mail address has an account"
        )
        slow, fast = sorted(response_times(context, interface, operation), reverse=True)
        similar = slow <= 2 * fast or slow - fast < CLOCK_STEP
        findings.expect(
            similar,
            f"{operation.route} takes {slow / max(fast, 0.001):.0f} times as long for one address",
        )
    routes = " and ".join(str(operation.route) for _, operation in operations)
    evidence = [
        f"{routes} give the same response to a known and an unknown e-mail address, in the same "
        "time"
    ]
    evidence += [
        f"a limit: registering by {operation.route} and then logging in shows whether an address "
        "was new"
        for interface, operation in operations
        if is_told_later(context, interface, operation)
    ]
    return findings.conclude("; ".join(evidence))


def is_told_later(context: Context, interface: Interface, operation: Operation) -> bool:
    """Return whether what comes after an operation tells a known address from an unknown one.

    Whoever registers an address that has no account can log in with the new password. Only a
    confirmation by e-mail prevents that.
    """
    seen = []
    for email in (OWNER.email, UNKNOWN_EMAIL):
        visible_response(interface, context.testing, operation, email, NEW_PASSWORD)
        seen.append(
            [
                visible_response(other, context.testing, next_step, email, NEW_PASSWORD)
                for other, next_step in login_operations(context)
                if next_step.route != operation.route
            ]
        )
        context.testing.restore()
    return seen[0] != seen[1]


def visible_response(
    interface: Interface,
    test_app: TestApp,
    operation: Operation,
    email: str,
    password: str = WRONG_PASSWORD,
) -> tuple[object, ...]:
    """Return what an attacker sees of a response, without the address itself."""
    values = operation.values_with(email=email, password=password)
    response = interface.send(test_app, operation.route.rule, values)
    return (
        response.status_code,
        response.headers.get("Location"),
        interface.without_tokens(response.text.replace(email, "address")),
    )


def response_times(context: Context, interface: Interface, operation: Operation) -> list[float]:
    """Return the seconds that the responses take for a known and an unknown address."""
    test_app = context.testing
    usual = test_app.app.config["PASSWORD_METHOD"]
    test_app.app.config["PASSWORD_METHOD"] = MEDIUM_HASH
    try:
        with test_app.app.app_context():
            user = db.session.get_one(User, OWNER.key)
            user.password_hash = hash_password(PASSWORD)
            db.session.commit()
        # The first unknown address makes the application compute its dummy hash.
        values = operation.values_with(email=UNKNOWN_EMAIL, password=WRONG_PASSWORD)
        interface.send(test_app, operation.route.rule, values)
        return [
            cpu_time(interface, test_app, operation, email)
            for email in (OWNER.email, UNKNOWN_EMAIL)
        ]
    finally:
        test_app.app.config["PASSWORD_METHOD"] = usual
        test_app.restore()


def cpu_time(interface: Interface, test_app: TestApp, operation: Operation, email: str) -> float:
    """Return the CPU seconds of some responses, which other processes do not influence."""
    values = operation.values_with(email=email, password=WRONG_PASSWORD)
    # A garbage collection takes longer than the responses.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        started = time.thread_time()
        for _ in range(TIMINGS):
            interface.send(test_app, operation.route.rule, values)
        return time.thread_time() - started
    finally:
        if was_enabled:
            gc.enable()
