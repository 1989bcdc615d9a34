"""Configuration by environment variables."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from report.context import Context
from report.findings import Findings
from report.project_api import SETTINGS, ConfigurationError, settings
from report.registry import VERIFICATION, check
from report.test_app import environment_without

# For every setting, at least one of these must be valid and differ from the default. Add one here
# if the check fails for a new setting.
CANDIDATES = ["7", "true", "false", "development", "testing", "json", "DEBUG", "max-age=7"]
CANDIDATES += ["https://a.example", "sqlite:///a.db", "redis://a.example"]
READS_ENVIRONMENT = re.compile(r"""\bos\.(?:getenv\(|environ\.get\(|environ\[)\s*["'](\w+)["']""")
DOCUMENTED = re.compile(r"^#? ?([A-Z][A-Z0-9_]*)=", re.MULTILINE)


@check(VERIFICATION, 70, "Configuration")
def configuration(context: Context) -> str:
    """Set each variable; look whether it is documented and has an effect."""
    findings = Findings()
    example = (context.project.root / ".env.example").read_text("utf-8")
    documented = set(DOCUMENTED.findall(example))
    for name in SETTINGS:
        findings.expect(name in documented, f"{name} is not in .env.example")
        findings.expect(has_effect(name), f"{name} in the environment has no effect")
    unknown = sorted(set(read_elsewhere(context)) - documented - SETTINGS.keys())
    findings.add(f"{name} is read from the environment, not in .env.example" for name in unknown)
    refusing = [name for name in SETTINGS if refuses_nonsense(name)]
    return findings.conclude(
        f"{len(SETTINGS)} environment variables, each documented in .env.example and with an "
        f"effect; {len(refusing)} refuse an invalid value with a message that names the variable"
    )


def has_effect(name: str) -> bool:
    """Return whether the variable changes the configuration."""
    text, value = next(other_values(name), ("", None))
    return value is not None and bool(settings_with(name, text).get(name) == value)


def other_values(name: str) -> Iterator[tuple[str, object]]:
    """Yield texts that are valid for the variable, with their value, without the default."""
    read, default = SETTINGS[name]
    for candidate in CANDIDATES:
        with suppress(ValueError):
            value = read(candidate)
            if value != default:
                yield candidate, value


def refuses_nonsense(name: str) -> bool:
    """Return whether an invalid value is refused with a message that names the variable."""
    try:
        settings_with(name, "no sense://")
    except ConfigurationError as error:
        return name in str(error)
    return False


def settings_with(name: str, text: str) -> dict[str, Any]:
    """Return the configuration for an environment in which only this variable is set."""
    with environment_without(SETTINGS):
        os.environ[name] = text
        try:
            return settings({} if name == "APP_ENV" else {"APP_ENV": "testing"})
        finally:
            del os.environ[name]


def read_elsewhere(context: Context) -> Iterator[str]:
    """Yield the names that the application reads from the environment outside of its settings."""
    for text in context.project.application_sources():
        yield from READS_ENVIRONMENT.findall(text)
