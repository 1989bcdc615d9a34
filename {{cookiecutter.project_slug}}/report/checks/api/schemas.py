"""The OpenAPI document."""

from typing import Any

from report.context import NO_LOGIN, Context
from report.findings import Findings
from report.interfaces import interface_of
from report.interfaces.api import body_schema, interface, is_text, operation_object, resolve
from report.registry import VERIFICATION, check

# The document does not describe itself or the page that shows it.
UNDOCUMENTED = ("/api/openapi.json", "/api/docs")


@check(VERIFICATION, 55, "Schemas")
def schemas(context: Context) -> str:
    """Compare the document with the routes; look for texts without a maximum length."""
    findings = Findings()
    document = interface.openapi_document(context.testing)
    documented = texts = 0
    for access in context.route_access:
        route = access.route
        is_own = interface_of(route, context.interfaces) is interface
        if not is_own or route.rule.startswith(UNDOCUMENTED):
            continue
        operation = operation_object(document, route)
        findings.expect(bool(operation), f"{route} is not in the OpenAPI document")
        needs_token = bool(operation.get("security")) and {} not in operation["security"]
        matches = needs_token == (access.auth != NO_LOGIN)
        findings.expect(
            matches or not operation, f"the OpenAPI document is wrong about the token of {route}"
        )
        documented += bool(operation)
        texts += check_texts(document, operation, findings)
    return findings.conclude(
        f"{documented} operations documented as OpenAPI {document['openapi']}, with the tokens "
        f"that they require; each of their {texts} text inputs has a maximum length"
    )


def check_texts(document: dict[str, Any], operation: dict[str, Any], findings: Findings) -> int:
    """Look for texts without a maximum length in a body; return the number of texts."""
    title, schema = body_schema(document, operation)
    properties = schema.get("properties", {}).items()
    texts = [
        (name, resolved)
        for name, each in properties
        if is_text(resolved := resolve(document, each))
    ]
    for name, each in texts:
        limited = "maxLength" in each or "format" in each
        findings.expect(limited, f"{title}.{name} has no maximum length")
    return len(texts)
