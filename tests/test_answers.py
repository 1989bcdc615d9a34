"""Hostile and odd answers: each is refused in one sentence, or bakes a project that works."""

import contextlib
import json
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from cookiecutter.exceptions import FailedHookException
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.support import checks
from tests.support.baking import TEMPLATE, Project, bake
from tests.support.combinations import in_full_matrix
from tests.support.environments import environment_python, project_environment

NASTY = [
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "a\\",
    '\\"',
    "\\'\"",
    "\\N{DASH} \\x41 \\u1234 \\",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x #}",
    "{{ cookiecutter }}",
    "${HOME} $(id) `id` %HOME%",
    "%s %(x)s {0} {x!r}",
    "# not a comment",
    "; DROP TABLE users; --",
    "</script><script>alert(1)</script>",
    "<!-- & -->",
    "&amp; &lt;",
    "- a list",
    "1. one",
    "*bold* _it_ ~~no~~",
    "[a](http://example.com) ![b](c)",
    "| a | b |",
    "key: value",
    "🍶🏳️‍🌈 \U0010ffff",
    "中文 项目",
    "مرحبا בעולם",
    "e\u0301\u200d\u00a0\u3000\ufeff",
    "0.0.0.0",
    "/tmp/x",
    "password",
    "SELECT * FROM users WHERE id = ",
    "  spaces  ",
    "a" * 300,
    "word " * 60,
]
REFUSED_CATEGORIES: tuple[Literal["Cc", "Cs", "Zl", "Zp"], ...] = ("Cc", "Cs", "Zl", "Zp")
TURNS_TEXT = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

PROBES: list["subprocess.Popen[str]"] = []

# A bake takes a quarter of a second: shrinking what failed would take minutes.
PHASES = (Phase.explicit, Phase.generate)
# Each example bakes a project, so `make test-all` tries more of them than `make test`.
EXAMPLES = 120 if in_full_matrix() else 30

writable = st.characters(
    exclude_categories=REFUSED_CATEGORIES, exclude_characters=TURNS_TEXT
) | st.sampled_from(NASTY)
text = st.lists(writable, max_size=12).map("".join)
visible = text.filter(lambda value: any(unicodedata.category(c)[0] in "LMNPS" for c in value))
anything = st.text(st.characters(), max_size=12) | text
lengths = st.integers(80, 110).map(lambda length: ("a " * length)[:length].rstrip())


class Title(HTMLParser):
    """Collects the text of a page's `<title>`."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "title" and not self.text

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.text += data


def plain(markdown: str) -> str:
    """Return the text that a reader of `markdown` sees."""

    class Text(HTMLParser):
        seen = ""

        def handle_data(self, data: str) -> None:
            self.seen += data

    parser = Text()
    parser.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))
    return parser.seen


@pytest.fixture(scope="module", autouse=True)
def no_process_left() -> Iterator[None]:
    """End the processes that describe applications, after the tests of this module."""
    yield
    for process in PROBES:
        process.communicate(timeout=30)
    PROBES.clear()
    probe.cache_clear()


@cache
def probe(kind: str) -> "subprocess.Popen[str]":
    """Start the process that describes applications of one type."""
    with tempfile.TemporaryDirectory() as folder:
        project = bake(Path(folder, "out"), {"application_type": kind})
        python = environment_python(project, checks.current_minor())
    process = subprocess.Popen(
        [str(python), str(TEMPLATE / "tests" / "support" / "probe.py")],
        env=project_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    PROBES.append(process)
    return process


def describe(project: Project) -> dict[str, str]:
    """Return what the project's application calls itself."""
    process = probe(project.answer("application_type", "Hybrid"))
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{project.path}\n")
    process.stdin.flush()
    found: dict[str, str] = json.loads(process.stdout.readline())
    assert "fault" not in found, found["fault"]
    return found


@contextlib.contextmanager
def baked(answers: dict[str, str]) -> Iterator[tuple[Project | None, list[str]]]:
    """Bake in a folder of its own; give the project, or nothing and the sentences of refusal."""
    with tempfile.TemporaryDirectory() as folder:
        destination = Path(folder, "out")
        try:
            project: Project | None = bake(destination, answers)
            sentences = []
        except FailedHookException as refusal:
            project = None
            sentences = str(refusal).splitlines()
            assert not destination.exists(), "the refused project was left on disk"
        yield project, sentences


def must_work(project: Project) -> None:
    """Fail unless every kind of file holds the answers, and the application shows them."""
    parses_as_its_kind(project)
    ruff = str(Path(sys.executable).with_name("ruff"))
    for command in (["format", "--check", "--diff"], ["check", "--output-format=concise"]):
        done = subprocess.run(
            [ruff, *command, "--no-cache", "."], cwd=project.path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout
    holds_answers(project)
    shows_answers(project)


def parses_as_its_kind(project: Project) -> None:
    """Fail unless every file can be read by what reads files of its kind."""
    readers: dict[str, Callable[[str], Any]] = {
        ".json": json.loads,
        ".py": lambda source: compile(source, "a file", "exec"),
        ".toml": tomllib.loads,
        ".yaml": yaml.safe_load,
        ".yml": yaml.safe_load,
    }
    for path in project.files():
        if read := readers.get(path.suffix):
            read(path.read_text("utf-8"))


def holds_answers(project: Project) -> None:
    """Fail unless pyproject.toml and the Markdown pages say what was answered."""
    pyproject = tomllib.loads((project.path / "pyproject.toml").read_text("utf-8"))
    metadata, recorded = pyproject["project"], pyproject["tool"]["kiln"]
    assert {question: recorded[question] for question in project.answers} == project.answers
    name = project.answer("project_name", "My Flask App")
    assert metadata["description"] == project.answer("description", metadata["description"])
    author = metadata["authors"][0]
    assert author["name"] == project.answer("author_name", author["name"])
    assert author["email"] == project.answer("author_email", author["email"])
    heading = plain((project.path / "README.md").read_text("utf-8")).lstrip("\n")
    assert heading.startswith(name.strip())


def shows_answers(project: Project) -> None:
    """Fail unless the application reads exactly the answers and its pages show them."""
    found = describe(project)
    name = project.answer("project_name", "My Flask App")
    assert found["name"] == name
    assert found["description"] == project.answer("description", found["description"])
    if "web" in project.features:
        title = Title()
        title.feed(found["home"])
        assert name.strip() in title.text
        assert f"<script>{name}" not in found["home"]
    if "api" in project.features:
        assert json.loads(found["openapi"])["info"]["title"] == name


def test_answers_that_look_like_an_address_and_a_path(tmp_path: Path) -> None:
    answers = {"project_name": "0.0.0.0", "project_slug": "odd", "description": "/tmp/x"}
    must_work(bake(tmp_path / "out", answers))


@pytest.mark.parametrize("kind", ["Hybrid", "Web App", "API"])
def test_any_writable_text_bakes_a_project_that_shows_it(kind: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=PHASES)
    @given(name=visible | lengths, description=text | lengths, author=text)
    def bakes(name: str, description: str, author: str) -> None:
        answers = {
            "application_type": kind,
            "project_name": name,
            "project_slug": "odd_answers",
            "description": description,
            "author_name": author,
        }
        with baked(answers) as (project, sentences):
            assert project is not None, sentences
            must_work(project)

    bakes()


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=PHASES)
@given(name=anything, description=anything, author=anything, email=anything)
def test_any_text_bakes_or_is_refused_in_a_sentence_per_fault(
    name: str, description: str, author: str, email: str
) -> None:
    answers = {
        "project_name": name,
        "description": description,
        "author_name": author,
        "author_email": email,
    }
    with baked(answers) as (project, sentences):
        if project:
            must_work(project)
            return
        assert sentences
        assert all(line.endswith(".") and "example" in line for line in sentences)
        named = [line.split()[0] for line in sentences]
        assert len(named) == len(set(named))
        for question, answer in answers.items():
            unwritable = any(
                unicodedata.category(c) in REFUSED_CATEGORIES or c in TURNS_TEXT for c in answer
            )
            assert not unwritable or question in named


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=PHASES)
@given(
    slug=anything | st.from_regex(r"\A[a-z0-9._/\\ -]{1,70}\Z") | st.text("abZ09_-", max_size=70)
)
def test_any_slug_bakes_or_is_refused(slug: str) -> None:
    with baked({"project_slug": slug}) as (project, sentences):
        if project:
            assert project.path.name == slug
            parses_as_its_kind(project)
        else:
            assert len(sentences) == 1
            assert sentences[0].startswith("project_slug ")


@pytest.mark.parametrize("kind", ["Hybrid", "Web App", "API"])
def test_project_of_the_nastiest_answers_passes_everything(kind: str, tmp_path: Path) -> None:
    nasty = " ".join(NASTY[:-2])
    project = bake(
        tmp_path / "out",
        {
            "application_type": kind,
            "project_name": nasty,
            "project_slug": "on",
            "description": nasty[::-1],
            "author_name": nasty,
            "author_email": "o'neil{{7*7}}#$%`@exämple.com",
        },
    )
    must_work(project)
    installed = checks.install(project, checks.current_minor())
    own_words = (checks.no_template_syntax, checks.no_leftovers)
    wanted = [check for check in checks.STATIC_CHECKS if check not in own_words]
    faults = checks.run_checks(installed, wanted + checks.LIVE_CHECKS)
    if any(faults.values()):
        pytest.fail(checks.format_faults(faults), pytrace=False)
