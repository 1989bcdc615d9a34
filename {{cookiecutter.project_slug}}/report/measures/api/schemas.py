"""What the API says of itself."""

from typing import Any

from report.lab import NOBODY, Lab
from report.outcome import VERIFICATION, Findings, measure
from report.surfaces import surface_of
from report.surfaces.api import body_of, is_text, operation, resolved, surface

# The description and its reader describe themselves.
UNDESCRIBED = ("/api/openapi.json", "/api/docs")


@measure(VERIFICATION, 55, "Schemas")
def schemas(lab: Lab) -> str:
    """Compare the description of the API with its routes, and look at the limits of its texts."""
    findings = Findings()
    document = surface.description(lab.relaxed)
    described = texts = 0
    for access in lab.access:
        route = access.route
        if surface_of(route, lab.surfaces) is not surface or route.rule.startswith(UNDESCRIBED):
            continue
        found = operation(document, route)
        findings.expect(bool(found), f"{route} is not in the description")
        needs_token = bool(found.get("security")) and {} not in found["security"]
        told = needs_token == (access.auth != NOBODY)
        findings.expect(told or not found, f"the description of {route} is wrong about the token")
        described += bool(found)
        texts += check_texts(document, found, findings)
    return findings.conclude(
        f"{described} operations described as OpenAPI {document['openapi']}, with the tokens that "
        f"they were found to ask for; each of {texts} texts that they take has a greatest length"
    )


def check_texts(document: dict[str, Any], found: dict[str, Any], findings: Findings) -> int:
    """Look for texts without limits in what an operation takes; return how many texts there are."""
    title, schema = body_of(document, found)
    properties = schema.get("properties", {}).items()
    texts = [
        (name, each) for name, found in properties if is_text(each := resolved(document, found))
    ]
    for name, each in texts:
        limited = "maxLength" in each or "format" in each
        findings.expect(limited, f"{title}.{name} has no greatest length")
    return len(texts)
