"""SQL injection: hostile texts through every input, query parameter and address."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.bench import ADMIN, OTHER, OWNER
from report.lab import Lab
from report.outcome import SECURITY, Findings, measure

MARK = "zq7x"
NONSENSE = f"{MARK}nothing"
HOSTILE = (
    f"{MARK}' OR '1'='1",
    f"{MARK}%' UNION SELECT email, password_hash, 1 FROM users -- ",  # noqa: S608 - meant so
    f"{MARK}\"'; DROP TABLE users; -- ",
)
# How the texts of the sample rows begin: they show whether an answer holds rows it should not.
ROWS = tuple(f"{person.key} sample" for person in (OWNER, OTHER, ADMIN))


@measure(SECURITY, 60, "SQL injection")
def sql_injection(lab: Lab) -> str:
    """Send hostile texts, and look at the answers and at the SQL that reached the database."""
    findings = Findings()
    bench, count = lab.relaxed, 0
    hashes = bench.secrets()
    attacks = chain(through_inputs(lab), through_addresses(lab), through_queries(lab, findings))
    with bench.statements() as statements:
        for told, answer in attacks:
            raw = any(MARK in statement for statement in statements)
            findings.expect(not raw, f"{told} became part of the SQL text instead of a parameter")
            findings.expect(answer.status_code < 500, f"{told} was answered {answer.status_code}")
            leaked = any(text.encode() in answer.data for text in hashes)
            findings.expect(not leaked, f"{told} showed a password hash")
            statements.clear()
            count += 1
    return findings.conclude(
        f"{count} hostile texts through every input, query parameter and address: none became "
        "part of an SQL statement, was answered 500, or showed more rows than a harmless text"
    )


def through_inputs(lab: Lab) -> Iterator[tuple[str, TestResponse]]:
    """Send each hostile text through each input; yield what was sent, in words, and the answer."""
    for surface, entry in lab.entries:
        for each in entry.texts:
            for text in HOSTILE:
                answer = lab.submit(surface, entry, entry.but(**{each.name: text})).response
                yield f"{text!r} as {each.name} of {entry.route}", answer
                lab.relaxed.restore()


def through_addresses(lab: Lab) -> Iterator[tuple[str, TestResponse]]:
    """Put each hostile text into each address that holds text."""
    for access in lab.access:
        names = [name for name, kind in access.route.arguments.items() if kind == "unicode"]
        for text in HOSTILE if names else ():
            url = access.route.url(OWNER.key, dict.fromkeys(names, text))
            answer = lab.reader(access).open(url, method=access.route.method)
            yield f"{text!r} in the address of {access.route}", answer
            lab.relaxed.restore()


def through_queries(lab: Lab, findings: Findings) -> Iterator[tuple[str, TestResponse]]:
    """Send each hostile text as each query parameter that a view reads, and compare the rows."""
    for access in lab.access:
        if access.route.writes:
            continue
        for name in sorted(lab.relaxed.seen.parameters.get(access.route.endpoint, ())):
            for client in (lab.relaxed.caller(), lab.reader(access)):
                url = lab.relaxed.url(access.route)
                usual = rows(read(client, url, name, NONSENSE))
                for text in HOSTILE:
                    answer = read(client, url, name, text)
                    told = f"{text!r} as {name} of {access.route}"
                    findings.expect(rows(answer) <= usual, f"{told} showed more rows")
                    yield told, answer


def read(client: FlaskClient, url: str, name: str, text: str) -> TestResponse:
    """Return what a page answers to a query parameter."""
    return client.get(f"{url}?{urlencode({name: text})}")


def rows(answer: TestResponse) -> set[str]:
    """Return which of the sample rows an answer shows."""
    return {row for row in ROWS if row in answer.text} if answer.status_code == 200 else set()
