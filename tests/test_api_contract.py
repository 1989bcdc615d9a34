"""Schemathesis against the running API: whatever is sent, the answer is as documented."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import contract_hooks
from tests.support.baking import TEMPLATE, bake
from tests.support.checks import current_minor, install
from tests.support.combinations import choices
from tests.support.live import Site, served

# A write may rightly be refused although its data is valid: another has the address, or the
# resource has changed.
CONFIGURATION = """\
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", 401, 403, 404, 409, 412]
"""
HOOKS = {"PYTHONPATH": str(TEMPLATE), "SCHEMATHESIS_HOOKS": contract_hooks.__name__}
SETTINGS = {"RATELIMIT_ENABLED": "false", "JWT_ACCESS_MINUTES": "600", "LOG_LEVEL": "WARNING"}


@pytest.fixture(scope="module", params=choices()["api_framework"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve an API with demo data, written with one framework after the other."""
    folder = tmp_path_factory.mktemp("api")
    answers = {"application_type": "API", "api_framework": request.param}
    with served(
        install(bake(folder / "out", answers), current_minor()), folder, **SETTINGS
    ) as site:
        site.seed()
        yield site


def administrator_token(site: Site) -> str:
    """Create an administrator and return the access token that the API gives."""
    printed = site.flask("user", "create", "root@example.com", "--admin", "--generate")
    password = re.search(r"Password: (\S+)", printed)
    assert password is not None, printed
    credentials = {"email": "root@example.com", "password": password[1]}
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{site.url}/api/auth/login",
        json.dumps(credentials).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
        return str(json.load(response)["access_token"])


def run_schemathesis(site: Site, folder: Path, *arguments: str) -> None:
    """Let Schemathesis attack the site; raises `AssertionError` with what it found."""
    configuration = folder / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration)]
    # The same requests in every run: a fault that is found can be found again.
    command += ["run", f"{site.url}/api/openapi.json", "--no-color", "--generation-deterministic"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(TEMPLATE),
            "SCHEMATHESIS_HOOKS": contract_hooks.__name__,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"[1-9]\d* generated", done.stdout), done.stdout[-2000:]


def assert_nothing_broke(site: Site) -> None:
    """Check that no request ended in an exception."""
    log = site.database.with_name("server.log").read_text("utf-8")
    assert "Traceback" not in log, log[-4000:]


def test_api_keeps_its_word_to_strangers(site: Site, tmp_path: Path) -> None:
    # Most of what they send ends at the missing token.
    run_schemathesis(site, tmp_path, "--phases", "fuzzing", "--max-examples", "4")
    assert_nothing_broke(site)


def test_api_keeps_its_word_to_administrators(site: Site, tmp_path: Path) -> None:
    header = f"Authorization: Bearer {administrator_token(site)}"
    # Logging out would end the session of this very token.
    arguments = ["--header", header, "--exclude-path", "/api/auth/logout", "--max-examples", "10"]
    run_schemathesis(site, tmp_path, *arguments)
    assert_nothing_broke(site)
