"""SQL injection: hostile texts in every input, query parameter and URL."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.context import Context
from report.findings import Findings
from report.registry import SECURITY, check
from report.test_app import OWNER, TEST_USERS

MARK = "zq7x"
HARMLESS = f"{MARK}nothing"
HOSTILE = (
    f"{MARK}' OR '1'='1",
    f"{MARK}%' UNION SELECT email, password_hash, 1 FROM users -- ",  # noqa: S608 - an attack
    f"{MARK}\"'; DROP TABLE users; -- ",
)
# The first words of the sample rows' texts: they show which rows a response contains.
ROW_MARKS = tuple(f"{user.key} sample" for user in TEST_USERS)


@check(SECURITY, 60, "SQL injection")
def sql_injection(context: Context) -> str:
    """Send hostile texts; check the responses and the SQL that reached the database."""
    findings = Findings()
    test_app, count = context.testing, 0
    hashes = [text.encode() for text in test_app.password_hashes()]
    attacks = chain(attack_inputs(context), attack_urls(context), attack_queries(context, findings))
    with test_app.record_statements() as statements:
        for attack, response in attacks:
            in_sql = any(MARK in statement for statement in statements)
            findings.expect(not in_sql, f"{attack} became part of the SQL text, not a parameter")
            status = response.status_code
            findings.expect(status < 500, f"{attack} returned {status}")
            leaked = any(text in response.data for text in hashes)
            findings.expect(not leaked, f"{attack} showed a password hash")
            statements.clear()
            count += 1
    return findings.conclude(
        f"{count} hostile texts in every input, query parameter and URL: none became part of an "
        "SQL statement, returned 500, or showed more rows than a harmless text"
    )


def attack_inputs(context: Context) -> Iterator[tuple[str, TestResponse]]:
    """Send each hostile text in each input; yield the attack in words, and the response."""
    for interface, operation in context.operations:
        for each in operation.text_inputs:
            for text in HOSTILE:
                values = operation.values_with(**{each.name: text})
                response = context.submit(interface, operation, values).response
                yield f"{text!r} as {each.name} of {operation.route}", response
                context.testing.restore()


def attack_urls(context: Context) -> Iterator[tuple[str, TestResponse]]:
    """Put each hostile text into each URL that contains text."""
    for access in context.route_access:
        route = access.route
        names = [name for name, kind in route.arguments.items() if kind == "unicode"]
        for text in HOSTILE if names else ():
            url = route.url(OWNER.key, dict.fromkeys(names, text))
            response = context.client_for(access).open(url, method=route.method)
            yield f"{text!r} in the URL of {route}", response
            context.testing.restore()


def attack_queries(context: Context, findings: Findings) -> Iterator[tuple[str, TestResponse]]:
    """Send each hostile text as each query parameter that a view reads; compare the rows."""
    for access in context.route_access:
        if access.route.writes:
            continue
        for name in sorted(context.testing.recorder.parameters.get(access.route.endpoint, ())):
            for client in (context.testing.client(), context.client_for(access)):
                url = context.testing.url(access.route)
                expected = rows_shown(get(client, url, name, HARMLESS))
                for text in HOSTILE:
                    response = get(client, url, name, text)
                    attack = f"{text!r} as {name} of {access.route}"
                    findings.expect(rows_shown(response) <= expected, f"{attack} showed more rows")
                    yield attack, response


def get(client: FlaskClient, url: str, name: str, text: str) -> TestResponse:
    """Request a URL with one query parameter."""
    return client.get(f"{url}?{urlencode({name: text})}")


def rows_shown(response: TestResponse) -> set[str]:
    """Return which of the sample rows a successful response shows."""
    if response.status_code != 200:
        return set()
    return {mark for mark in ROW_MARKS if mark in response.text}
