"""A newcomer's first minutes: bake with everything on, start the server, use the site."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.support import services
from tests.support.baking import Project, run_cookiecutter
from tests.support.environments import find_uv, only_one, project_environment
from tests.support.live import free_port, wait_for

BROWSER_ARGUMENTS = ["--disable-gpu", "--disable-quic", "--disable-background-networking"]


def path_with_uv() -> str:
    """Return a PATH on which uv is found."""
    return f"{Path(find_uv()).parent}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory, testrun_uid: str) -> tuple[Project, str]:
    """Bake the default project as a newcomer does; return it and what was printed.

    The processes of one run share what the first of them baked.
    """
    destination = tmp_path_factory.getbasetemp().parent / f"newcomer-{testrun_uid}" / "out"
    printed = destination.with_name("printed.txt")
    with only_one("newcomer"):
        if not printed.exists():
            done = run_cookiecutter(destination, "--no-input", environment={"PATH": path_with_uv()})
            assert done.returncode == 0, done.stdout
            printed.write_text(done.stdout, "utf-8")
    return Project(destination / "my_flask_app"), printed.read_text("utf-8")


@contextmanager
def running(project: Project) -> Iterator[str]:
    """Start the development server by the printed command; give its address; stop it."""
    port, output = free_port(), project.path.parent / "server.log"
    with output.open("w") as log:
        server = subprocess.Popen(
            ["uv", "run", "flask", "run", "--port", str(port)],
            cwd=project.path,
            env=project_environment(PATH=path_with_uv()),
            stdout=log,
            stderr=log,
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server, output)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@contextmanager
def browser_page(base_url: str) -> Iterator[Page]:
    """Open a page in a real browser with an empty profile; fail on errors in its console."""
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=services.require_browser(),
            args=[*BROWSER_ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else BROWSER_ARGUMENTS,
        )
        page = browser.new_page(base_url=base_url)
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: None if r.url.startswith((base_url, "data:")) else faults.append(r.url),
        )
        yield page
        browser.close()
    assert faults == []


def test_report_is_measured(newcomer: tuple[Project, str]) -> None:
    project, printed = newcomer
    report = (project.path / "IMPLEMENTATION_REPORT.md").read_text("utf-8")
    assert report.startswith("🍶 FLASK IMPLEMENTATION REPORT\n==============================\n")
    checks = report[report.index("## Security Measures") :]
    assert checks.count("- [x] ") >= 10
    assert "- [ ]" not in checks
    assert "my_flask_app is ready. Start it:" in printed
    *_, account, demo, start, _ = printed.splitlines()
    assert "uv run flask user create you@example.com --admin" in account
    assert "uv run flask seed" in demo
    assert "uv run flask run" in start


def test_report_checks_itself(newcomer: tuple[Project, str]) -> None:
    project, _ = newcomer
    done = subprocess.run(
        ["uv", "run", "flask", "report", "--check", "--no-tests"],
        cwd=project.path,
        env=project_environment(PATH=path_with_uv()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_lock_and_database_are_there(newcomer: tuple[Project, str]) -> None:
    project, _ = newcomer
    assert (project.path / "uv.lock").exists()
    assert (project.path / "instance" / "app.db").exists()


def test_newcomer_uses_the_site_in_a_browser(newcomer: tuple[Project, str]) -> None:
    services.require_browser()
    project, _ = newcomer
    with running(project) as address, browser_page(address) as page:
        page.goto("/")
        expect(page).to_have_title(re.compile("My Flask App"))
        register(page)
        log_in(page)
        write_post(page)
        log_out(page)


def register(page: Page) -> None:
    """Make an account, starting from the home page."""
    page.get_by_role("link", name="Create an account").first.click()
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("notes on the engine")
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile(r"/login"))


def log_in(page: Page) -> None:
    """Log in with the account that `register` made."""
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password", exact=True).fill("notes on the engine")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Ada Lovelace").first).to_be_attached()


def write_post(page: Page) -> None:
    """Write and publish a post, and read it."""
    page.goto("/posts/new")
    page.get_by_label("Title").fill("The first <program>")
    page.get_by_label("Text").fill("It computes **Bernoulli** numbers.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="The first <program>")).to_be_visible()
    expect(page.locator("strong", has_text="Bernoulli")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("The first <program>").first).to_be_visible()


def log_out(page: Page) -> None:
    """Log out; the dashboard is closed afterwards."""
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    page.goto("/dashboard")
    expect(page).to_have_url(re.compile(r"/login"))
