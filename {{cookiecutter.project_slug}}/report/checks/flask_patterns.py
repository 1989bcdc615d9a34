"""The application factory and the blueprints."""

from collections import Counter

from report.context import Context
from report.findings import Findings, NotMeasuredError
from report.project_api import extensions
from report.registry import VERIFICATION, check
from report.routes import PROBE
from report.test_app import testing_overrides


@check(VERIFICATION, 20, "Flask patterns")
def flask_patterns(context: Context) -> str:
    """Compare two applications, and import every module in a new process."""
    findings = Findings()
    first, second = (
        context.new_app({**testing_overrides(), "APP_NAME": name}) for name in ("One", "Two")
    )
    separate = first.config["APP_NAME"] != second.config["APP_NAME"]
    findings.expect(separate, "two applications share their configuration")
    first.add_url_rule("/only-here", "only_here", str)
    shared = "only_here" in second.view_functions
    findings.expect(not shared, "two applications share their routes")
    for name, extension in vars(extensions).items():
        bound = getattr(extension, "app", None) is not None
        findings.expect(not bound, f"the extension object {name} is bound to an application")
    evidence = "create_app() makes independent applications; extension objects are unbound"
    try:
        imports = context.tools.imports()
    except NotMeasuredError as error:
        findings.skip(True, str(error))
        return findings.conclude(evidence)
    findings.add(f"importing the application {effect}" for effect in imports.effects)
    findings.expect(imports.applications == 0, "importing the package makes an application")
    return findings.conclude(
        f"{evidence}; importing {len(imports.modules)} modules opened no connection and wrote no "
        "file"
    )


@check(VERIFICATION, 30, "Blueprints")
def blueprints(context: Context) -> str:
    """Look for routes without a blueprint."""
    findings = Findings()
    routes = [route for route in context.testing.routes if route.endpoint != "static"]
    for route in routes:
        findings.expect(bool(route.blueprint), f"{route} belongs to no blueprint")
    counts = Counter(route.blueprint for route in routes)
    listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    names = [name for name in context.testing.app.blueprints if name != PROBE]
    return findings.conclude(f"{len(routes)} routes in {len(names)} blueprints: {listed}")
