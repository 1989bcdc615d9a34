"""Every page, light and dark, on a desktop and a phone: accessible, valid, quiet, at home."""

from pathlib import Path

import pytest

from tests.support.baking import bake
from tests.support.browser import SCHEMES, SIZES, Watch, chromium, html_faults
from tests.support.browser_walk import Visitor, walk
from tests.support.checks import current_minor, install
from tests.support.live import served


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param({}, id="default"),
        pytest.param({"application_type": "Web App", "sample_posts": "no"}, id="accounts only"),
    ],
)
def test_every_page_is_fit_to_be_shown(answers: dict[str, str], tmp_path: Path) -> None:
    project = bake(tmp_path / "out", answers)
    with (
        chromium() as browser,
        served(install(project, current_minor()), tmp_path) as site,
        browser.new_page() as page,
    ):
        watch = Watch(page, site.url)
        for name, status in walk(Visitor(page, site)):
            watch.examine(name, status)
    faults = watch.faults + html_faults(watch.html, tmp_path / "html")
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)
    assert watch.looks == len(SIZES) * len(SCHEMES) * len(watch.html)
