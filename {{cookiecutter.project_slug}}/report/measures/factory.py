"""How the application is put together."""

from collections import Counter

from app import extensions
from report.bench import testing_overrides
from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure
from report.routes import PROBE


@measure(VERIFICATION, 20, "Flask patterns")
def flask_patterns(lab: Lab) -> str:
    """Make two applications, and import every module in a new process."""
    findings = Findings()
    imported = lab.tools.imported()
    first, second = (
        lab.new_app({**testing_overrides(), "APP_NAME": name}) for name in ("One", "Two")
    )
    separate = first.config["APP_NAME"] != second.config["APP_NAME"]
    findings.expect(separate, "two applications share their configuration")
    first.add_url_rule("/only-here", "only_here", str)
    shared = "only_here" in second.view_functions
    findings.expect(not shared, "two applications share their routes")
    for name, extension in vars(extensions).items():
        bound = getattr(extension, "app", None) is not None
        findings.expect(not bound, f"the extension object {name} is bound to an application")
    findings.add(f"importing the application {effect}" for effect in imported["effects"])
    made = imported["applications"]
    findings.expect(made == 0, "importing the package makes an application")
    return findings.conclude(
        "create_app() makes independent applications; extension objects are unbound; importing "
        f"{len(imported['modules'])} modules opened no connection and wrote no file"
    )


@measure(VERIFICATION, 30, "Blueprints")
def blueprints(lab: Lab) -> str:
    """Look for routes outside of every blueprint."""
    findings = Findings()
    routes = [route for route in lab.relaxed.routes if route.endpoint != "static"]
    for route in routes:
        findings.expect(bool(route.blueprint), f"{route} belongs to no blueprint")
    counts = Counter(route.blueprint for route in routes)
    listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    registered = [name for name in lab.relaxed.app.blueprints if name != PROBE]
    return findings.conclude(f"{len(routes)} routes in {len(registered)} blueprints: {listed}")
