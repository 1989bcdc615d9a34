"""The checks of the API."""

from typing import Any

import pytest

from report.checks.api import schemas, tokens
from report.findings import Findings
from report.interfaces import api

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


def test_values_are_made_from_the_document() -> None:
    title, schema = api.body_schema(DOCUMENT, OPERATION)
    values = {name: api.valid_value(name, each) for name, each in schema["properties"].items()}
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
    ("schema", "required", "invalid"),
    [
        ({"type": "string"}, True, [{"no": ["such", "value"]}, None]),
        ({"type": "object"}, False, ["no object"]),
        ({"enum": ["a"]}, False, [{"no": ["such", "value"]}, "no such value"]),
    ],
)
def test_invalid_values_break_the_schema(
    schema: dict[str, Any], required: bool, invalid: list[object]
) -> None:
    assert list(api.invalid_values(schema, required)) == invalid


def test_texts_without_limit_are_noticed() -> None:
    findings = Findings()
    assert schemas.check_texts(DOCUMENT, OPERATION, findings) == 2
    assert findings.problems == ["Parcel.label has no maximum length"]


def test_forged_tokens_contain_the_claims() -> None:
    forged = tokens.sign({"sub": "3"}, "key")
    assert tokens.claims_of(forged) == {"sub": "3"}
