"""Every page, light and dark, on a desktop and a phone: accessible, valid, quiet, at home."""

from pathlib import Path

import pytest

from tests.baking import bake
from tests.browser import Watch, chromium, html_faults
from tests.checks import bench, supported_here
from tests.live import served
from tests.tour import Visitor, tour


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
        served(bench(project, supported_here()), tmp_path) as site,
        browser.new_page() as page,
    ):
        watch = Watch(page, site.url)
        for name, status in tour(Visitor(page, site)):
            watch.examine(name, status)
    faults = watch.faults + html_faults(watch.html, tmp_path / "html")
    assert not faults, f"{len(faults)} faults\n" + "\n".join(faults)
    assert watch.looks == 4 * len(watch.html)
