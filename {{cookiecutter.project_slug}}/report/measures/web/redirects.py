"""Open redirects: an address of this site must not lead to another one."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode, urlsplit

from werkzeug.test import TestResponse

from report.bench import OWNER
from report.lab import Access, Lab
from report.outcome import SECURITY, Findings, measure
from report.surfaces import Entry
from report.surfaces.web import surface

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


@measure(SECURITY, 80, "Open redirects")
def open_redirects(lab: Lab) -> str:
    """Name another site in every query parameter, of pages and of forms, and follow nothing."""
    findings = Findings()
    count = 0
    for told, response in redirecting(lab):
        target = response.headers.get("Location", "")
        findings.expect(not leaves(target), f"{told} leads to {target!r}")
        lab.relaxed.restore()
        count += 1
    findings.expect(count > 0, "no route reads a query parameter")
    return findings.conclude(
        f"{count} requests named another site in a query parameter, in up to {len(TARGETS)} ways "
        "of writing it; every redirect stayed here"
    )


def redirecting(lab: Lab) -> Iterator[tuple[str, TestResponse]]:
    """Yield the answers to targets in every query parameter, to pages and to forms.

    Where the first target is not answered by a redirect, no other one would be.
    """
    for access in lab.access:
        names = lab.relaxed.seen.parameters.get(access.route.endpoint, set())
        for name in sorted(() if access.route.writes else names):
            for request in requests(lab, access):
                for target in TARGETS:
                    query = f"?{urlencode({name: target})}"
                    response = request(query)
                    yield f"{access.route.rule}{query}", response
                    if not response.location:
                        break


def requests(lab: Lab, access: Access) -> Iterator[Callable[[str], TestResponse]]:
    """Yield what sends a query to a page, and to the page's form."""
    url = lab.relaxed.url(access.route)
    client = lab.client_of(OWNER)
    yield lambda query: client.get(url + query)
    for found, entry in lab.entries:
        if entry.route.rule == access.route.rule and found is surface:
            yield partial(send, lab, entry)


def send(lab: Lab, entry: Entry, query: str) -> TestResponse:
    """Send a form to its address with a query."""
    return lab.submit(surface, entry, entry.valid, query).response


def leaves(target: str) -> bool:
    """Say whether a browser would go to another site, or run something (WHATWG URL)."""
    cleaned = re.sub(r"[\t\r\n]", "", target).strip("\0\x20").replace("\\", "/")
    parts = urlsplit(cleaned)
    host = re.sub(r"^/*", "", cleaned.partition(":")[2]) if parts.scheme else parts.netloc
    return cleaned.startswith("//") or bool(parts.scheme and not host.startswith("localhost/"))
