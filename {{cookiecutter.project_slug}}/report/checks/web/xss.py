"""Cross-site scripting: a text of one user must not run in the browser of another."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from report.context import Context, RouteAccess
from report.findings import Findings
from report.project_api import UserSession, db
from report.registry import SECURITY, check
from report.test_app import OWNER, TestApp

MARK = "zx9k"
EVIL = f"{MARK}.invalid"
# For texts and attributes, and for Markdown. Both fit into the field for a name.
PAYLOADS = (
    f"""'" onfocus={MARK}() x='"><script>{MARK}()</script><img src=x onerror={MARK}()>""",
    f"[x](javascript:{MARK}()) ![x](https://{EVIL}/p.png)",
)
LOADING_ATTRIBUTES = {"src", "srcset", "data", "action", "formaction", "background", "poster"}


class ActiveContent(HTMLParser):
    """Finds the elements of a page that run the script of a payload or load its picture."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.inside_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check the attributes of an element."""
        self.inside_script = tag == "script"
        for name, value in attrs:
            text = value or ""
            runs = name.startswith("on") or "".join(text.split()).startswith("javascript:")
            loads = name in LOADING_ATTRIBUTES and EVIL in text
            if (runs and MARK in text) or loads:
                self.elements.append(f"<{tag} {name}={text!r}>")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        """Check the text of a script."""
        if self.inside_script and MARK in data:
            self.elements.append(f"<script>{data}")


def active_elements(response: TestResponse) -> list[str]:
    """Return the elements of an HTML page that a payload added."""
    if response.mimetype != "text/html" or MARK not in response.text:
        return []
    parser = ActiveContent()
    parser.feed(response.text)
    return parser.elements


@check(SECURITY, 70, "Cross-site scripting")
def cross_site_scripting(context: Context) -> str:
    """Store scripts in every input, send them as every query parameter, read every page."""
    findings = Findings()
    for payload in PAYLOADS:
        for request, response in responses_with(context, payload):
            elements = active_elements(response)
            findings.expect(not elements, f"{request} shows {''.join(elements[:1])} unescaped")
        context.testing.restore()
    pages = len([access for access in context.route_access if is_page(access)])
    inputs = sum(len(operation.text_inputs) for _, operation in context.operations)
    return findings.conclude(
        f"{len(PAYLOADS)} scripts sent to {inputs} inputs and as query parameters; {pages} pages "
        "showed them as text or not at all"
    )


def is_page(access: RouteAccess) -> bool:
    """Return whether a route may show texts of users: its response is HTML or leads to HTML."""
    return not access.route.writes and access.responses[OWNER].mimetype == "text/html"


def responses_with(context: Context, payload: str) -> Iterator[tuple[str, TestResponse]]:
    """Send a payload to every input, then yield the responses of every page with their names."""
    for interface, operation in context.operations:
        for each in operation.text_inputs:
            values = operation.values_with(**{each.name: payload})
            response = context.submit(interface, operation, values).response
            yield f"{operation.route}, given {payload!r} as {each.name},", response
    rows = largest_row_count(context.testing)
    for access in filter(is_page, context.route_access):
        yield from read_pages(context, access, context.client_for(access), payload, rows)
        yield from read_pages(context, access, context.testing.client(), payload, 1)


def largest_row_count(test_app: TestApp) -> int:
    """Return the number of rows of the largest table except sessions, which no page shows."""
    tables = [table for table in test_app.tables if table is not UserSession.__table__]
    with test_app.app.app_context():
        counts = [
            db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
        ]
    return max(counts)


def read_pages(
    context: Context, access: RouteAccess, client: FlaskClient, payload: str, rows: int
) -> Iterator[tuple[str, TestResponse]]:
    """Yield a page for each of the first `rows` rows, and with the payload in its query."""
    keys = range(1, rows + 1) if access.route.names_an_object else [1]
    for key in keys:
        response = client.get(context.testing.url(access.route, key), follow_redirects=True)
        yield f"the page {access.route.rule} ({payload!r} stored)", response
    for name in sorted(context.testing.recorder.parameters.get(access.route.endpoint, ())):
        query = urlencode({name: payload})
        response = client.get(f"{context.testing.url(access.route)}?{query}")
        yield f"the page {access.route.rule}?{query}", response
