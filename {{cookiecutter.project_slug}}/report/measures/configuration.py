"""Configuration by the environment."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from app.config import SETTINGS, ConfigurationError, settings
from report.bench import environment_without
from report.lab import Lab
from report.outcome import VERIFICATION, Findings, measure

# One of them is a value that any setting can read, and that is not its default.
CANDIDATES = ["7", "true", "false", "development", "testing", "json", "DEBUG", "max-age=7"]
CANDIDATES += ["https://a.example", "sqlite:///a.db", "redis://a.example"]
READING = re.compile(r"""\bos\.(?:getenv\(|environ\.get\(|environ\[)\s*["'](\w+)["']""")


@measure(VERIFICATION, 70, "Configuration")
def configuration(lab: Lab) -> str:
    """Set each variable, and look whether it is documented and takes effect."""
    findings = Findings()
    documented = set(
        re.findall(
            r"^#? ?([A-Z][A-Z0-9_]*)=", (lab.project.root / ".env.example").read_text("utf-8"), re.M
        )
    )
    for name in SETTINGS:
        findings.expect(name in documented, f"{name} is not in .env.example")
        findings.expect(takes_effect(name), f"{name} in the environment has no effect")
    unknown = sorted(set(read_elsewhere(lab)) - documented - SETTINGS.keys())
    findings.add(f"{name} is read from the environment, not in .env.example" for name in unknown)
    refused = [name for name, (read, _) in SETTINGS.items() if refuses(name)]
    return findings.conclude(
        f"{len(SETTINGS)} variables of the environment, each explained in .env.example and taking "
        f"effect when set; {len(refused)} refuse a value that makes no sense, by name"
    )


def takes_effect(name: str) -> bool:
    """Say whether the variable changes the configuration."""
    candidate, value = next(other_values(name), ("", None))
    return value is not None and bool(settings_with(name, candidate).get(name) == value)


def other_values(name: str) -> Iterator[tuple[str, object]]:
    """Yield texts that the variable can hold, with what they mean, but its default."""
    read, default = SETTINGS[name]
    for candidate in CANDIDATES:
        with suppress(ValueError):
            value = read(candidate)
            if value != default:
                yield candidate, value


def refuses(name: str) -> bool:
    """Say whether nonsense is refused in a sentence that names the variable."""
    try:
        settings_with(name, "no sense://")
    except ConfigurationError as error:
        return name in str(error)
    return False


def settings_with(name: str, text: str) -> dict[str, Any]:
    """Return the configuration of an environment with only this variable."""
    with environment_without(SETTINGS):
        os.environ[name] = text
        try:
            return settings({} if name == "APP_ENV" else {"APP_ENV": "testing"})
        finally:
            del os.environ[name]


def read_elsewhere(lab: Lab) -> Iterator[str]:
    """Yield the names that the application reads from the environment by itself."""
    for text in lab.project.sources():
        yield from READING.findall(text)
