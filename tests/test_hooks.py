"""The hooks as a person meets them: by the command, with and without uv, network, disk and time."""

import json
import os
import re
import resource
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from tests.conftest import Baker
from tests.support import checks
from tests.support.baking import TEMPLATE, cookiecutter_command, run_cookiecutter
from tests.support.environments import find_uv, project_environment
from tests.support.hooks import rendered

DEAD_INDEX = "http://127.0.0.1:9/simple"
REPORT = "IMPLEMENTATION_REPORT.md"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Return a folder to put on the PATH alone: it holds what a bare machine has, but no uv."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("git", "sh", "env", "make", "sleep"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def fake_uv(tools: Path, script: str) -> None:
    """Put a program named uv into `tools`."""
    path = tools / "uv"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def failing_index(tmp_path: Path) -> dict[str, str]:
    """Return the variables that make uv and pip look for packages where nobody answers."""
    return {
        "UV_DEFAULT_INDEX": DEAD_INDEX,
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_HTTP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_INDEX_URL": DEAD_INDEX,
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
    }


def assert_not_measured(project: Path, printed: str, reason: str) -> None:
    """Fail unless the project is whole, and the report and the last lines say how to go on."""
    assert (project / "app" / "__init__.py").exists()
    report = (project / REPORT).read_text("utf-8")
    assert report.startswith("🍶 FLASK IMPLEMENTATION REPORT\n==============================\n")
    assert report.count("- [ ] could not be measured: ") == 6
    assert reason in report
    assert "[x]" not in report
    assert "flask report --output" in report
    change_folder, setup, measure, start = printed.strip().splitlines()[-4:]
    assert change_folder.strip() == f"cd {shlex.quote(str(project))}"
    assert setup.strip().endswith("scripts/setup_project.py")
    assert "flask report --output" in measure
    assert start.strip().endswith("flask run")
    assert "Traceback" not in printed


def test_answers_on_the_command_line_are_taken(tmp_path: Path) -> None:
    done = run_cookiecutter(
        tmp_path / "out",
        "--no-input",
        "project_name=Answers & Co",
        "license=Apache-2.0",
        "application_type=Web App",
        "sample_posts=no",
        "install=no",
    )
    assert done.returncode == 0, done.stdout
    project = tmp_path / "out" / "answers_co"
    assert "Apache License" in (project / "LICENSE").read_text("utf-8")
    assert not (project / "app" / "api").exists()
    assert not (project / "app" / "posts").exists()
    assert "To install the project and start it" in done.stdout


def test_typed_answers_are_taken_literally(tmp_path: Path) -> None:
    typed = "\n".join(["{{ 7*7 }} 🍶", "typed", "It's", "Zoë", "", "2", "3", "", "", "2", "2", ""])
    done = run_cookiecutter(tmp_path / "out", typed=typed)
    assert done.returncode == 0, done.stdout
    project = tmp_path / "out" / "typed"
    metadata = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    assert metadata["project"]["description"] == "It's"
    assert metadata["project"]["authors"] == [{"name": "Zoë", "email": "you@example.com"}]
    assert '"{{ 7*7 }} 🍶"' in (project / "app" / "config.py").read_text("utf-8")
    assert not (project / "app" / "templates").exists()


def test_replay_bakes_the_same_project(tmp_path: Path) -> None:
    first = tmp_path / "out"
    assert (
        run_cookiecutter(first, "--no-input", "project_name=A 'b' \"c\"", "install=no").returncode
        == 0
    )
    (first / "a_b_c").rename(tmp_path / "before")
    done = run_cookiecutter(first, "--replay")
    assert done.returncode == 0, done.stdout
    for path in (tmp_path / "before").rglob("*"):
        if path.is_file() and path.name != ".env":
            again = first / "a_b_c" / path.relative_to(tmp_path / "before")
            assert again.read_bytes() == path.read_bytes()


def test_edited_replay_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run_cookiecutter(out, "--no-input", "install=no").returncode == 0
    shutil.rmtree(out / "my_flask_app")
    (record,) = (tmp_path / ".out" / "replay").iterdir()
    answers = json.loads(record.read_text("utf-8"))
    answers["cookiecutter"]["application_type"] = "API"
    answers["cookiecutter"]["license"] = "GPL"
    record.write_text(json.dumps(answers))
    done = run_cookiecutter(out, "--replay")
    assert done.returncode != 0
    assert "license 'GPL' is none of MIT, BSD-3-Clause, Apache-2.0, Proprietary" in done.stdout
    answers["cookiecutter"]["license"] = "MIT"
    record.write_text(json.dumps(answers))
    done = run_cookiecutter(out, "--replay")
    assert "The recorded __web does not fit the answers" in done.stdout
    for name in ("__checked", "_extensions"):
        del answers["cookiecutter"][name]
    record.write_text(json.dumps(answers))
    done = run_cookiecutter(out, "--replay")
    assert done.stdout.startswith("The recorded answers are those of an older version")
    assert list(out.iterdir()) == []


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    done = run_cookiecutter(
        out, "--no-input", "project_name= ", "project_slug=1/2", "author_email=me", "description=\a"
    )
    assert done.returncode != 0
    for question in ("project_name", "project_slug", "author_email", "description"):
        assert len(re.findall(rf"^{question} .*\bfor example\.$", done.stdout, re.MULTILINE)) == 1
    assert len(done.stdout.splitlines()) == 4
    assert list(out.iterdir()) == []


BAD_SLUGS = [
    *("", ".", "..", "a/b", "../b", "a/../../b", "/tmp/kiln-refused/b", "a\\b"),
    *("Ab", "a b", "1a", "-a", "a-", "_a", "a.b", "ä", "a" * 65, "x" * 300),
    *("class", "json", "flask", "flask-login", "jinja2", "app", "tests", "con", "True"),
]


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_bad_slug_leaves_nothing_anywhere(slug: str, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    out.mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = run_cookiecutter(
        out, "--no-input", f"project_slug={slug}", environment={"TMPDIR": str(temporary)}
    )
    assert done.returncode != 0
    assert len(re.findall(r"^project_slug .*example\.$", done.stdout, re.MULTILINE)) == 1
    assert list(temporary.iterdir()) == []
    shutil.rmtree(temporary)
    shutil.rmtree(tmp_path / "deep" / ".out")
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/kiln-refused").exists()


def test_answer_that_is_no_choice_is_refused(tmp_path: Path) -> None:
    done = run_cookiecutter(tmp_path / "out", "--no-input", "application_type=Desktop")
    assert done.returncode != 0
    assert "Desktop" in done.stdout
    assert "Web App" in done.stdout
    assert not (tmp_path / "out").exists()


def env_file(project: Path) -> dict[str, str]:
    """Return the variables of the project's `.env`."""
    lines = (project / ".env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def test_secrets_are_fresh_private_and_kept(baker: Baker) -> None:
    project = baker()
    assert not (project.path / ".env").exists()
    checks.write_env_file(project)
    found = env_file(project.path)
    assert found.keys() == {"APP_ENV", "SECRET_KEY", "JWT_SECRET_KEY"}
    assert found["APP_ENV"] == "development"
    assert len(found["SECRET_KEY"]) >= 43
    assert len(found["JWT_SECRET_KEY"]) >= 43
    assert found["SECRET_KEY"] != found["JWT_SECRET_KEY"]
    assert stat.S_IMODE((project.path / ".env").stat().st_mode) == 0o600
    checks.write_env_file(project)
    assert env_file(project.path) == found


def test_web_app_has_no_key_for_tokens(baker: Baker) -> None:
    project = baker(application_type="Web App")
    checks.write_env_file(project)
    assert env_file(project.path).keys() == {"APP_ENV", "SECRET_KEY"}


INSTALL_CASES = [
    *[(word, "yes", False) for word in ("no", "No", "0", "false", "FALSE")],
    *[(word, "no", True) for word in ("yes", "YES", "1", "true")],
    *[("", "yes", True), ("", "no", False), (" ", "no", False), ("maybe", "no", False)],
]


@pytest.mark.parametrize(("word", "answer", "installs"), INSTALL_CASES)
def test_variable_decides_and_empty_means_as_answered(
    word: str, answer: str, installs: bool, tmp_path: Path, tools: Path
) -> None:
    fake_uv(tools, f": > {tmp_path}/called; exit 1")
    done = run_cookiecutter(
        tmp_path / "out",
        "--no-input",
        f"install={answer}",
        environment={"KILN_INSTALL": word, "PATH": str(tools)},
    )
    assert done.returncode == 0, done.stdout
    project = tmp_path / "out" / "my_flask_app"
    assert (tmp_path / "called").exists() == installs
    assert (project / ".env").exists() == installs
    assert (project / REPORT).exists() == installs
    assert not (project / ".venv").exists()
    assert ("KILN_INSTALL='maybe' is ignored" in done.stdout) == (word == "maybe")


def test_two_bakes_differ_in_nothing(baker: Baker, tmp_path: Path) -> None:
    first = baker(install="no").path
    done = run_cookiecutter(tmp_path / "again", "--no-input", "install=no")
    assert done.returncode == 0
    second = tmp_path / "again" / "my_flask_app"
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file()}
    assert names == {path.relative_to(second) for path in second.rglob("*") if path.is_file()}
    assert [n for n in names if (first / n).read_bytes() != (second / n).read_bytes()] == []


def test_offline_bake_is_quick(tmp_path: Path) -> None:
    before = seconds_of_work()
    done = run_cookiecutter(tmp_path / "out", "--no-input", "install=no")
    assert done.returncode == 0, done.stdout
    assert seconds_of_work() - before < 3


def seconds_of_work() -> float:
    """Return the processor time of all child processes so far: other load does not count."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


@pytest.mark.parametrize("installer", ["uv", "pip"])
def test_index_that_does_not_answer(installer: str, tmp_path: Path, tools: Path) -> None:
    if installer == "uv":
        (tools / "uv").symlink_to(find_uv())
    done = run_cookiecutter(
        tmp_path / "out",
        "--no-input",
        environment={**failing_index(tmp_path), "PATH": str(tools)},
    )
    assert done.returncode == 0, done.stdout
    assert f"==> Install the packages with {installer}" in done.stdout
    project = tmp_path / "out" / "my_flask_app"
    assert_not_measured(project, done.stdout, f"Install the packages with {installer}: ")


def test_interruption_keeps_the_project(tmp_path: Path, tools: Path) -> None:
    fake_uv(tools, "exec sleep 60")
    with subprocess.Popen(
        cookiecutter_command(tmp_path / "out", "--no-input"),
        env={**os.environ, "PATH": str(tools), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("==> Install"):
                break
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        started = time.monotonic()
        printed = process.stdout.read()
    assert time.monotonic() - started < 5
    assert_not_measured(tmp_path / "out" / "my_flask_app", after_abort(printed), "interrupted")


def after_abort(printed: str) -> str:
    """Return `printed` without the line by which cookiecutter itself ends, wherever it fell."""
    return "\n".join(line for line in printed.splitlines() if "Aborted" not in line)


def test_step_that_fails_is_named_with_its_last_words(tmp_path: Path, tools: Path) -> None:
    fake_uv(tools, "echo some words; echo the reason >&2; exit 3")
    done = run_cookiecutter(tmp_path / "out", "--no-input", environment={"PATH": str(tools)})
    assert done.returncode == 0, done.stdout
    assert "    some words\n" in done.stdout
    project = tmp_path / "out" / "my_flask_app"
    assert_not_measured(project, done.stdout, "Install the packages with uv: the reason")


def test_step_that_takes_long_shows_that_it_goes_on(tmp_path: Path, tools: Path) -> None:
    fake_uv(tools, "sleep 6; exit 1")
    done = run_cookiecutter(tmp_path / "out", "--no-input", environment={"PATH": str(tools)})
    assert "    5 s so far\n" in done.stdout


def test_settings_of_the_shell_do_not_reach_the_project(tmp_path: Path, tools: Path) -> None:
    fake_uv(tools, f"env > {tmp_path}/seen; exit 1")
    foreign = {
        "APP_ENV": "production",
        "CONDA_PREFIX": "/precious",
        "DATABASE_URL": "sqlite:///precious.db",
        "FLASK_APP": "precious",
        "GIT_DIR": "/precious",
        "LOG_LEVEL": "precious",
        "PIP_TARGET": "/precious",
        "PYTEST_ADDOPTS": "--precious",
        "PYTHONWARNINGS": "error",
        "UV_PROJECT_ENVIRONMENT": "/precious",
        "VIRTUAL_ENV": "/precious",
    }
    wanted = {"UV_INDEX_URL": "http://127.0.0.1:9/simple", "https_proxy": "http://127.0.0.1:9"}
    path = {"PATH": str(tools), "HOME": str(tmp_path)}
    run_cookiecutter(tmp_path / "out", "--no-input", environment=path | foreign | wanted)
    seen = dict(line.split("=", 1) for line in (tmp_path / "seen").read_text("utf-8").splitlines())
    assert "precious" not in str(seen)
    assert foreign.keys() & seen.keys() == set()
    assert (path | wanted).items() <= seen.items()


def test_folder_of_the_shell_is_not_believed(tmp_path: Path, tools: Path) -> None:
    fake_uv(tools, "exit 1")
    out = tmp_path / "a folder's name"
    done = run_cookiecutter(
        out, "--no-input", environment={"PATH": str(tools), "PWD": str(out / "my_flask_app")}
    )
    assert f"    cd {shlex.quote(str(out / 'my_flask_app'))}\n" in done.stdout


def test_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("A small disk to fill can be mounted by root only.")
    try:
        path = f"{Path(find_uv()).parent}{os.pathsep}{os.environ['PATH']}"
        done = run_cookiecutter(disk / "out", "--no-input", environment={"PATH": path})
        assert done.returncode == 0, done.stdout
        assert "No space left" in done.stdout or "os error 28" in done.stdout
        assert_not_measured(disk / "out" / "my_flask_app", done.stdout, "Install the packages")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_disk_on_which_nothing_can_be_written(baker: Baker, tmp_path: Path) -> None:
    project = baker().path
    script = tmp_path / "hook.py"
    script.write_text(rendered("post_gen_project"), "utf-8")
    limited = (
        "import resource, runpy, sys;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, str(script)],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "File too large" in done.stdout
    assert ".env cannot be written" in done.stdout
    assert f"{REPORT} could not be written" in done.stdout
    assert "scripts/setup_project.py" in done.stdout
    assert "Traceback" not in done.stdout
    assert not (project / ".env").exists()


def test_install_without_uv(tmp_path: Path, tools: Path) -> None:
    done = run_cookiecutter(
        tmp_path / "out",
        "--no-input",
        "application_type=API",
        environment={"PATH": str(tools), "KILN_TESTS": "no"},
    )
    assert done.returncode == 0, done.stdout
    assert "my_flask_app is ready" in done.stdout, done.stdout
    project = tmp_path / "out" / "my_flask_app"
    lock = (project / "requirements.lock").read_text("utf-8")
    assert re.search(r"(?im)^flask==3", lock)
    assert "://" not in lock
    assert "could not be measured" not in (project / REPORT).read_text("utf-8")
    assert (project / "instance" / "app.db").exists()
    assert TEMPLATE not in project.parents
    env = (project / ".env").read_text("utf-8")
    (project / "instance" / "app.db").unlink()
    again = subprocess.run(
        ["make", "setup"],
        cwd=project,
        env=project_environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{tools}"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert again.returncode == 0, again.stdout
    assert (project / ".env").read_text("utf-8") == env
    assert (project / "requirements.lock").read_text("utf-8") == lock
    assert (project / "instance" / "app.db").exists()


WORKSPACE = """\
[project]
name = "parent"
version = "0"
requires-python = ">=3.11"

[tool.uv.workspace]
members = ["the apps/*"]
"""


def test_install_in_a_uv_workspace_under_hostile_settings(tmp_path: Path, tools: Path) -> None:
    (tools / "uv").symlink_to(find_uv())
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    (tmp_path / "pyproject.toml").write_text(WORKSPACE)
    done = run_cookiecutter(
        tmp_path / "the apps",
        "--no-input",
        "application_type=API",
        environment={
            "CONDA_PREFIX": str(tmp_path / "conda"),
            "KILN_TESTS": "no",
            "LOG_LEVEL": "foo",
            "PATH": path,
            "PWD": str(tools),
            "PYTEST_ADDOPTS": "--no-such-option",
            "PYTHONWARNINGS": "error",
            "UV_PROJECT_ENVIRONMENT": str(tmp_path / "elsewhere"),
        },
    )
    assert "my_flask_app is ready" in done.stdout, done.stdout
    project = tmp_path / "the apps" / "my_flask_app"
    assert f"    cd {shlex.quote(str(project))}\n" in done.stdout
    assert "could not be measured" not in (project / REPORT).read_text("utf-8")
    assert (project / "instance" / "app.db").exists()
    assert (tmp_path / ".venv").exists()
    assert not (project / ".venv").exists()
    assert not (tmp_path / "elsewhere").exists()
    current = subprocess.run(
        ["uv", "run", "flask", "db", "current"],
        cwd=project,
        env=project_environment(PATH=path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert "(head)" in current.stdout, current.stdout
