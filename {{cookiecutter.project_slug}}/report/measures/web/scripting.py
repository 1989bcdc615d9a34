"""Cross-site scripting: what people write must not act in another person's browser."""

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.auth.models import UserSession
from app.extensions import Base, db
from report.bench import ADMIN, OWNER, Bench
from report.lab import Access, Lab
from report.outcome import SECURITY, Findings, measure

MARK = "zx9k"
EVIL = f"{MARK}.invalid"
# Short enough for the field of a name: for texts and attributes, and for Markdown.
PAYLOADS = (
    f"""'" onfocus={MARK}() x='"><script>{MARK}()</script><img src=x onerror={MARK}()>""",
    f"[x](javascript:{MARK}()) ![x](https://{EVIL}/p.png)",
)
LOADING = {"src", "srcset", "data", "action", "formaction", "background", "poster"}


class ActiveContent(HTMLParser):
    """Finds elements of a page that would act as a payload wants."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element's attributes."""
        self.inside_script = tag == "script"
        for name, value in attrs:
            text = value or ""
            acts = name.startswith("on") or "".join(text.split()).startswith("javascript:")
            loads = name in LOADING and EVIL in text
            if (acts and MARK in text) or loads:
                self.found.append(f"<{tag} {name}={text!r}>")

    def handle_endtag(self, tag: str) -> None:
        """Leave a script."""
        self.inside_script = False

    def handle_data(self, data: str) -> None:
        """Look at the text of scripts."""
        if self.inside_script and MARK in data:
            self.found.append(f"<script>{data}")


def active_content(response: TestResponse) -> list[str]:
    """Return what in a page would act; other types of content do not, nor pages without a mark."""
    if response.mimetype != "text/html" or MARK not in response.text:
        return []
    parser = ActiveContent()
    parser.feed(response.text)
    return parser.found


@measure(SECURITY, 70, "Cross-site scripting")
def cross_site_scripting(lab: Lab) -> str:
    """Store scripts through every input, send them as every query parameter, read every page."""
    findings = Findings()
    for payload in PAYLOADS:
        for told, response in answers_with(lab, payload):
            acting = active_content(response)
            findings.expect(not acting, f"{told} shows {''.join(acting[:1])} as it was written")
        lab.relaxed.restore()
    pages = len([access for access in lab.access if is_page(access)])
    inputs = sum(len(entry.texts) for _, entry in lab.entries)
    return findings.conclude(
        f"{len(PAYLOADS)} scripts stored through {inputs} inputs and sent as query parameters; "
        f"{pages} pages showed them as text or not at all"
    )


def is_page(access: Access) -> bool:
    """Say whether a route may show what people wrote: it answers HTML, or leads there."""
    return not access.route.writes and access.answers[OWNER].mimetype == "text/html"


def answers_with(lab: Lab, payload: str) -> Iterator[tuple[str, TestResponse]]:
    """Store a payload through every input, then yield every page, with its name."""
    for surface, entry in lab.entries:
        for each in entry.texts:
            outcome = lab.submit(surface, entry, entry.but(**{each.name: payload}))
            yield f"{entry.route}, given {payload!r} as {each.name},", outcome.response
    rows = most_rows(lab.relaxed)
    for access in filter(is_page, lab.access):
        person = ADMIN if access.auth == "Admin" else OWNER
        yield from read(lab, access, lab.client_of(person), payload, rows)
        yield from read(lab, access, lab.relaxed.caller(), payload, 1)


def most_rows(bench: Bench) -> int:
    """Return how many rows the largest table has; devices do not count, no page is theirs."""
    tables = [each for each in Base.metadata.sorted_tables if each is not UserSession.__table__]
    with bench.app.app_context():
        return max(len(db.session.execute(select(table)).all()) for table in tables)


def read(
    lab: Lab, access: Access, client: FlaskClient, payload: str, rows: int
) -> Iterator[tuple[str, TestResponse]]:
    """Yield a page for each of so many rows, and with the payload in its query."""
    keys = range(1, rows + 1) if access.route.names_an_object else [1]
    for key in keys:
        response = client.get(lab.relaxed.url(access.route, key), follow_redirects=True)
        yield f"the page {access.route.rule} ({payload!r} stored)", response
    for name in sorted(lab.relaxed.seen.parameters.get(access.route.endpoint, ())):
        query = urlencode({name: payload})
        response = client.get(f"{lab.relaxed.url(access.route)}?{query}")
        yield f"the page {access.route.rule}?{query}", response
