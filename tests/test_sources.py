"""Wherever the template comes from, its filters are found and the same project is baked."""

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.baking import run_cookiecutter, run_git, template_repository

ANSWERS = ("--no-input", "project_name=A 'b' \"c\" \\ *d*", "project_slug=baked")
SOURCES = ["folder", "relative folder", "git address", "zip file", "zip address"]


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and logs nothing."""

    def log_message(self, format: str, *args: object) -> None:
        """Write no line for a request."""


@contextmanager
def served_folder(folder: Path) -> Iterator[str]:
    """Serve the files of `folder` over HTTP until the block ends; give the address."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a git repository of the template, whose name tells cookiecutter that it is git."""
    return template_repository(tmp_path_factory.mktemp("source") / "kiln.git")


@contextmanager
def address_of(source: str, repository: Path, folder: Path) -> Iterator[str]:
    """Give what to type for the template as that kind of source, in the folder `folder`."""
    archive = folder / "kiln.zip"
    run_git(repository, "archive", "--prefix=kiln/", "HEAD", f"--output={archive}")
    if source == "zip address":
        with served_folder(folder) as address:
            yield f"{address}/kiln.zip"
    else:
        yield {
            "folder": str(repository),
            "relative folder": os.path.relpath(repository, folder),
            "git address": repository.as_uri(),
            "zip file": str(archive),
        }[source]


def contents(project: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a project but pyproject.toml, which names its source."""
    paths = (
        path for path in project.rglob("*") if path.is_file() and path.name != "pyproject.toml"
    )
    return {str(path.relative_to(project)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_bakes_the_same_project(source: str, repository: Path, tmp_path: Path) -> None:
    run_cookiecutter(tmp_path / "plain", *ANSWERS, environment={"KILN_INSTALL": "no"})
    expected = contents(tmp_path / "plain" / "baked")
    assert expected["README.md"].startswith(b"# A 'b' \"c\" \\\\ \\*d\\*\n")
    out = tmp_path / "out"
    environment = {"KILN_INSTALL": "no", "NO_PROXY": "127.0.0.1"}
    with address_of(source, repository, tmp_path) as template:
        for arguments in (ANSWERS, ("--replay",)):
            done = run_cookiecutter(
                out,
                *arguments,
                template=template,
                folder=tmp_path,
                environment=environment,
                typed="y\n",  # to download it again
            )
            assert done.returncode == 0, done.stdout
            assert contents(out / "baked") == expected
            shutil.rmtree(out / "baked")


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_refuses_bad_answers(source: str, repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with address_of(source, repository, tmp_path) as template:
        done = run_cookiecutter(
            out,
            "--no-input",
            "project_slug=../outside",
            template=template,
            folder=tmp_path,
            environment={"NO_PROXY": "127.0.0.1"},
        )
    assert done.returncode == 1
    (sentence,) = done.stdout.splitlines()
    assert sentence.startswith("project_slug '../outside' is not made of lower-case letters")
    assert not out.exists()
    assert not (tmp_path / "outside").exists()
