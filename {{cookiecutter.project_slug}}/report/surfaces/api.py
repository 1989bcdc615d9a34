"""The JSON API, for programs that send a token; its own description says what it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from report.bench import ADMIN, OWNER, PASSWORD, Bench, Person
from report.routes import PLACEHOLDER, Route
from report.surfaces import Entry, Input, Outcome

PREFIX = "/api"
NEWCOMER = "newcomer-canary@example.com"
# A valid value for each format and type of JSON schema.
FORMATS = {
    "email": OWNER.email,
    "uri": "https://example.com/",
    "uuid": "00000000-0000-0000-0000-000000000001",
    "date": "2030-01-31",
    "date-time": "2030-01-31T12:00:00+00:00",
    "time": "12:00:00",
}
TYPES: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "number": 1,
    "array": [],
    "object": {},
    "null": None,
}


class ApiSurface:
    """The JSON API."""

    auth = "JWT"
    open_routes = frozenset({f"{PREFIX}/auth/login", f"{PREFIX}/auth/refresh"})
    private_areas: tuple[str, ...] = (f"{PREFIX}/users",)
    prefix = PREFIX
    error_type = "application/problem+json"
    body_type = "application/json"
    relaxed: Mapping[str, Any] = {}

    def sign_in(self, bench: Bench, person: Person) -> Mapping[str, str]:
        """Return the header that carries the token of `person`."""
        return self.bearer(self.tokens(bench, person)["access_token"])

    def tokens(self, bench: Bench, person: Person) -> dict[str, str]:
        """Return the pair of tokens that `person` gets for address and password."""
        values = {"email": person.email, "password": PASSWORD}
        found: dict[str, str] = self.send(bench, f"{PREFIX}/auth/login", values).get_json()
        return found

    def bearer(self, token: str) -> Mapping[str, str]:
        """Return the WSGI variable that sends a token."""
        return {"HTTP_AUTHORIZATION": f"Bearer {token}"}

    def send(self, bench: Bench, url: str, values: Mapping[str, Any]) -> TestResponse:
        """Send values without a token."""
        return bench.caller().post(url, json=values)

    def comparable(self, text: str) -> str:
        """Return the text of an answer: nothing in it differs from one to the next."""
        return text

    def asks(self, response: TestResponse) -> bool:
        """Say whether the answer asks for a token."""
        return response.status_code == 401

    def description(self, bench: Bench) -> dict[str, Any]:
        """Return the OpenAPI document."""
        found: dict[str, Any] = bench.caller().get(f"{PREFIX}/openapi.json").get_json()
        return found

    def entries(self, bench: Bench, credentials: Mapping[Person, Mapping[str, str]]) -> list[Entry]:
        """Read from the description what each operation takes, and find out who may send it."""
        document = self.description(bench)
        return [
            self._tried(bench, Entry(route, *described(document, route)), credentials)
            for route in bench.routes
            if route.writes and operation(document, route)
        ]

    def submit(
        self, client: FlaskClient, url: str, entry: Entry, values: Mapping[str, Any]
    ) -> Outcome:
        """Send values as JSON."""
        response = client.open(url, method=entry.route.method, json=values)
        return Outcome(200 <= response.status_code < 300, response)

    def _tried(
        self, bench: Bench, entry: Entry, credentials: Mapping[Person, Mapping[str, str]]
    ) -> Entry:
        """Return the entry for the least powerful person whose values are accepted."""
        for who, address in product((None, OWNER, ADMIN), (OWNER.email, NEWCOMER)):
            own = {"email": address} if "email" in entry.valid else {}
            tried = replace(entry, who=who, valid=entry.but(**own))
            client = bench.caller(credentials[who] if who else None)
            accepted = self.submit(client, bench.url(entry.route), tried, tried.valid).accepted
            bench.restore()
            if accepted:
                return tried
        return replace(entry, who=OWNER)


def operation(document: Mapping[str, Any], route: Route) -> dict[str, Any]:
    """Return what the description says of a route; nothing where it is silent."""
    path = PLACEHOLDER.sub(r"{\1}", route.rule)
    found: dict[str, Any] = document["paths"].get(path, {}).get(route.method.lower(), {})
    return found


def described(
    document: Mapping[str, Any], route: Route
) -> tuple[str, None, tuple[Input, ...], dict[str, Any]]:
    """Return title, sender, inputs and valid values of an operation; the sender is not known yet."""
    title, schema = body_of(document, operation(document, route))
    properties = {
        name: resolved(document, found) for name, found in schema.get("properties", {}).items()
    }
    required = schema.get("required", ())
    inputs = tuple(
        Input(name, is_text(found), tuple(bad_values(found, name in required)))
        for name, found in properties.items()
    )
    return title, None, inputs, {name: valid(name, found) for name, found in properties.items()}


def body_of(document: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the name and the schema of what an operation takes as JSON."""
    content = resolved(document, found.get("requestBody", {})).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return schema.get("$ref", "").rpartition("/")[2], resolved(document, schema)


def resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reference refers to, or the schema itself."""
    found: Any = schema
    if "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return dict(found)


def type_of(schema: Mapping[str, Any]) -> str:
    """Return the first type that a schema allows; "" for a list of values."""
    types = schema.get("type", "")
    return str(types[0] if isinstance(types, list) else types)


def is_text(schema: Mapping[str, Any]) -> bool:
    """Say whether any text may be sent."""
    return type_of(schema) == "string" and "enum" not in schema


def valid(name: str, schema: Mapping[str, Any]) -> Any:
    """Return a value that the schema allows, and that fits the name."""
    if "enum" in schema:
        return schema["enum"][0]
    if name == "password":
        return PASSWORD
    if name == "email":
        return OWNER.email
    if type_of(schema) != "string":
        return schema.get("minimum", TYPES.get(type_of(schema)))
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 1000)
    text = FORMATS.get(schema.get("format", ""), "Sample text " * 100)
    return text[: max(shortest, min(longest, 60))].strip() if "format" not in schema else text


def bad_values(schema: Mapping[str, Any], is_required: bool) -> Iterator[object]:
    """Yield values that the schema does not allow."""
    yield {"no": ["such", "value"]} if type_of(schema) != "object" else "no object"
    if "format" in schema or "enum" in schema:
        yield "no such value"
    if is_required:
        yield None


surface = ApiSurface()
