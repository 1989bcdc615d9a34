"""Open redirects: a URL of this site must not lead to another site."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode, urlsplit

from werkzeug.test import TestResponse

from report.context import Context, RouteAccess
from report.findings import Findings
from report.interfaces import Operation
from report.interfaces.web import interface
from report.registry import SECURITY, check
from report.test_app import OWNER

EVIL = "evil.example"
TARGETS = (
    f"https://{EVIL}/",
    f"//{EVIL}/",
    f"///{EVIL}/",
    f"/\\{EVIL}/",
    f"\\\\{EVIL}/",
    f"/\t/{EVIL}/",
    f"\t//{EVIL}/",
    f" //{EVIL}/",
    f"https:{EVIL}",
    f"https:/{EVIL}",
    f"http:\\\\{EVIL}",
    f"//localhost@{EVIL}/",
    f"javascript:alert('{EVIL}')",
)


@check(SECURITY, 80, "Open redirects")
def open_redirects(context: Context) -> str:
    """Put the URL of another site into every query parameter of pages and of forms."""
    findings = Findings()
    count = 0
    for request, response in responses_to_targets(context):
        location = response.headers.get("Location", "")
        findings.expect(not leaves_site(location), f"{request} leads to {location!r}")
        context.testing.restore()
        count += 1
    findings.expect(count > 0, "no route reads a query parameter")
    return findings.conclude(
        f"{count} requests with another site in a query parameter, in up to {len(TARGETS)} "
        "spellings; every redirect stayed on this site"
    )


def responses_to_targets(context: Context) -> Iterator[tuple[str, TestResponse]]:
    """Yield the responses to targets in every query parameter, each with its URL.

    Where the first target causes no redirect, no other target does.
    """
    for access in context.route_access:
        names = context.testing.recorder.parameters.get(access.route.endpoint, set())
        for name in sorted(() if access.route.writes else names):
            for request in requests_to(context, access):
                for target in TARGETS:
                    query = f"?{urlencode({name: target})}"
                    response = request(query)
                    yield f"{access.route.rule}{query}", response
                    if not response.location:
                        break


def requests_to(context: Context, access: RouteAccess) -> Iterator[Callable[[str], TestResponse]]:
    """Yield functions that send a query to a page, and to the forms of the page."""
    url = context.testing.url(access.route)
    client = context.client_of(OWNER)
    yield lambda query: client.get(url + query)
    for found, operation in context.operations:
        if operation.route.rule == access.route.rule and found is interface:
            yield partial(send_form, context, operation)


def send_form(context: Context, operation: Operation, query: str) -> TestResponse:
    """Send a form to its URL with a query."""
    return context.submit(interface, operation, operation.valid_values, query).response


def leaves_site(location: str) -> bool:
    """Return whether a browser would open another site or run a script (WHATWG URL standard)."""
    cleaned = re.sub(r"[\t\r\n]", "", location).strip("\0\x20").replace("\\", "/")
    parts = urlsplit(cleaned)
    host = re.sub(r"^/*", "", cleaned.partition(":")[2]) if parts.scheme else parts.netloc
    return cleaned.startswith("//") or bool(parts.scheme and not host.startswith("localhost/"))
