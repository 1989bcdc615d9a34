"""Error responses: causes every error and checks the response."""

import re
from dataclasses import dataclass

from werkzeug.test import TestResponse

from report.context import Context
from report.findings import Findings
from report.interfaces import Interface
from report.registry import SECURITY, VERIFICATION, check
from report.routes import PROBE
from report.test_app import EXCEPTION_TEXT

STATUS_CODES = (400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503)
# Text that only a developer should see.
INTERNALS = re.compile(
    rf"Traceback|{EXCEPTION_TEXT}|RuntimeError|File &#34;|werkzeug|sqlalchemy|\.py\b"
)


@dataclass(frozen=True)
class ProvokedError:
    """A request that must fail with the status `expected`, and its response."""

    request: str
    expected: int
    response: TestResponse


@check(SECURITY, 100, "Error pages")
def error_pages(context: Context) -> str:
    """Look for internals of the program in every error response."""
    findings = Findings()
    for interface in context.interfaces:
        for error in provoke_errors(context, interface):
            match = INTERNALS.search(error.response.text)
            shown = match[0] if match else ""
            findings.expect(
                match is None, f"the response {error.expected} to {error.request} shows {shown!r}"
            )
    return findings.conclude(
        "no error response shows a traceback, the text of an exception or a file name"
    )


@check(VERIFICATION, 80, "Error handling")
def error_handling(context: Context) -> str:
    """Check the status, type and headers of every error response."""
    findings = Findings()
    codes = set()
    for interface in context.interfaces:
        for error in provoke_errors(context, interface):
            status, kind = error.response.status_code, error.response.mimetype or "untyped"
            expected = error.expected
            findings.expect(
                status == expected, f"{error.request} returned {status} instead of {expected}"
            )
            findings.expect(
                kind == interface.error_type,
                f"the response {expected} to {error.request} is {kind}",
            )
            # The view of the report that aborts with 405 does not set Allow.
            needs_allow = expected == 405 and PROBE not in error.request
            findings.expect(
                not needs_allow or "Allow" in error.response.headers,
                f"the response 405 to {error.request} lacks Allow",
            )
            codes.add(expected)
    types = " or ".join(interface.error_type for interface in context.interfaces)
    listed = ", ".join(str(code) for code in sorted(codes))
    return findings.conclude(f"{listed} provoked; each response is {types}")


def provoke_errors(context: Context, interface: Interface) -> list[ProvokedError]:
    """Send the requests that must fail."""
    test_app = context.production
    test_app.restore()
    client = test_app.client({"HTTP_ACCEPT": interface.error_type})
    probe = f"{interface.prefix}/{PROBE}"
    unknown = f"{interface.prefix}/no-such-page"
    login_route = next(
        each.rule for each in test_app.routes if each.writes and each.rule in interface.open_routes
    )
    size = test_app.app.config["MAX_CONTENT_LENGTH"] + 1
    too_large = client.post(login_route, data="x" * size, content_type=interface.body_type)
    return [
        *(
            ProvokedError(f"{probe}/{each}", each, client.get(f"{probe}/{each}"))
            for each in STATUS_CODES
        ),
        ProvokedError("an unknown URL", 404, client.get(unknown)),
        ProvokedError("a method that is not allowed", 405, client.delete(login_route)),
        ProvokedError("a NUL character", 400, client.get(f"{unknown}?x=%00")),
        ProvokedError("a request that is too large", 413, too_large),
    ]
