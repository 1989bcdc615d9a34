"""What the implementation report says of the API."""

from typing import Any

import pytest

from report.measures.api import schemas, tokens
from report.outcome import Findings
from report.surfaces import api

DOCUMENT = {
    "paths": {},
    "components": {
        "schemas": {
            "Parcel": {
                "properties": {
                    "label": {"type": "string"},
                    "kind": {"enum": ["small", "large"]},
                    "weight": {"type": ["integer", "null"], "minimum": 3},
                    "sent": {"type": "string", "format": "date-time"},
                    "stops": {"type": "array"},
                    "route": {"type": "object"},
                }
            }
        }
    },
}
OPERATION = {
    "requestBody": {
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Parcel"}}}
    }
}


def test_values_are_made_from_the_description() -> None:
    title, schema = api.body_of(DOCUMENT, OPERATION)
    values = {name: api.valid(name, each) for name, each in schema["properties"].items()}
    assert title == "Parcel"
    assert values == {
        "label": values["label"],
        "kind": "small",
        "weight": 3,
        "sent": "2030-01-31T12:00:00+00:00",
        "stops": [],
        "route": {},
    }


@pytest.mark.parametrize(
    ("schema", "required", "bad"),
    [
        ({"type": "string"}, True, [{"no": ["such", "value"]}, None]),
        ({"type": "object"}, False, ["no object"]),
        ({"enum": ["a"]}, False, [{"no": ["such", "value"]}, "no such value"]),
    ],
)
def test_bad_values_break_the_description(
    schema: dict[str, Any], required: bool, bad: list[object]
) -> None:
    assert list(api.bad_values(schema, required)) == bad


def test_texts_without_limit_are_told() -> None:
    findings = Findings()
    assert schemas.check_texts(DOCUMENT, OPERATION, findings) == 2
    assert findings.problems == ["Parcel.label has no greatest length"]


def test_forged_tokens_say_what_we_want() -> None:
    forged = tokens.signed({"sub": "3"}, "key")
    assert tokens.claims_of(forged) == {"sub": "3"}
