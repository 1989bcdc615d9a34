"""Production as the README describes it: its commands, its settings, a new version under load."""

import json
import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import services
from tests.support.baking import bake
from tests.support.checks import InstalledProject, current_minor, install
from tests.support.commands import link_environment, run_as_shown, shown_commands
from tests.support.environments import project_environment
from tests.support.servers import SECRETS, gunicorn

DEPLOY = "### Deploy a new version without downtime"
DEVELOPMENT_SETTINGS = "APP_ENV=development\nSECRET_KEY=weak\nJWT_SECRET_KEY=weak\n"
DROP = {
    "SQLite": [],
    "PostgreSQL": ["DROP DATABASE {} WITH (FORCE)", "DROP ROLE {}"],
    "MySQL": ["DROP DATABASE {}", "DROP USER {}"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for the projects of this module."""
    return tmp_path_factory.mktemp("deployment")


@pytest.fixture(scope="module")
def installed(folder: Path) -> InstalledProject:
    """Return a project with pages, API and PostgreSQL; the baked `.env` is that of development."""
    project = bake(folder / "shared", {"database": "PostgreSQL"})
    (project.path / ".env").write_text(DEVELOPMENT_SETTINGS)
    return install(project, current_minor())


def get(url: str) -> str:
    """Return the text at `url`; raises `OSError` for any failure."""
    with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310 - ours
        return str(response.read().decode())


def run(installed: InstalledProject, *command: str, **variables: str) -> tuple[int, str]:
    """Run `python -m COMMAND` in the project; return the exit code and what it printed."""
    done = subprocess.run(
        [str(installed.python), "-m", *command],
        cwd=installed.project.path,
        env=project_environment(**variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("database", list(DROP))
def test_the_commands_of_the_readme_start_production(database: str, tmp_path: Path) -> None:
    if database != "SQLite":
        services.require(database)
    slug = f"readme_{os.getpid()}"
    project = bake(tmp_path / "out", {"database": database, "project_slug": slug})
    (project.path / ".env").write_text(DEVELOPMENT_SETTINGS)
    installed = install(project, current_minor())
    link_environment(installed)
    blocks = shown_commands(project.path, "## Production")
    assert len(blocks) == (2 if database == "SQLite" else 3)
    try:
        with run_as_shown(installed, tmp_path, "\n".join(blocks)) as url:
            assert json.loads(get(f"{url}/healthz")) == {"status": "ok"}
            assert "<h1" in get(url)
    finally:
        for statement in DROP[database]:
            services.execute(database, statement.format(slug))
    first = (tmp_path / "server.log").read_text("utf-8").partition('"event": "starting"')[0]
    assert '"environment": "production"' in first.splitlines()[-1]


def test_a_wsgi_server_never_reads_the_file_of_development(
    installed: InstalledProject, tmp_path: Path
) -> None:
    code, printed = run(installed, "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app")
    assert code == 1
    names = [line.split()[0] for line in printed.splitlines()]
    assert names == ["SECRET_KEY", "JWT_SECRET_KEY", "DATABASE_URL"]
    settings = {**SECRETS, "DATABASE_URL": "sqlite://"}
    with (
        gunicorn(installed, tmp_path, **settings) as url,
        urllib.request.urlopen(f"{url}/healthz", timeout=10) as response,  # noqa: S310 - ours
    ):
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    log = (tmp_path / "gunicorn.log").read_text("utf-8").splitlines()
    assert json.loads(log[0])["environment"] == "production"
    assert sum("without REDIS_URL" in line for line in log) == 1
    assert sum("TRUSTED_HOSTS is not set" in line for line in log) == 1


def test_only_the_file_beside_wsgi_is_read(folder: Path) -> None:
    project = bake(folder / "nested", {"sample_posts": "no"})
    foreign, own = project.path.parent / ".env", project.path / ".env"
    foreign.write_text("APP_ENV=development\nLOG_LEVEL=foo\nAPP_NAME=foreign\n")
    installed = install(project, current_minor())
    own.write_text("APP_ENV=development\nLOG_LEVEL=bar\n")
    code, printed = run(installed, "flask", "user", "list")
    assert (code, "LOG_LEVEL='bar'" in printed, len(printed.splitlines())) == (1, True, 1)
    own.unlink()
    code, printed = run(installed, "flask", "user", "list")
    assert code == 1
    assert printed.startswith(f"{foreign} is ignored")
    assert "SECRET_KEY is missing" in printed
    assert "LOG_LEVEL" not in printed
    code, printed = run(installed, "flask", "user", "list", APP_ENV="testing", LOG_LEVEL="baz")
    assert "LOG_LEVEL='baz'" in printed


@pytest.mark.parametrize(
    "command",
    [
        "gunicorn -c deploy/gunicorn.conf.py wsgi:app",
        "flask run",
        "flask user list",
        "flask db upgrade",
        "pytest -n 2",
    ],
)
def test_faults_of_the_configuration_are_sentences(
    installed: InstalledProject, command: str
) -> None:
    faults = {"LOG_LEVEL": "foo", "CDN_URL": "cdn", "DATABASE_POOL_SIZE": "0"}
    variables = {**SECRETS, **faults, "APP_ENV": "testing"}
    if "pytest" in command:
        del faults["LOG_LEVEL"]  # the tests have their own
    code, printed = run(installed, *command.split(), **variables)
    assert code in (1, 4)
    lines = [line.removeprefix("ERROR: ") for line in printed.strip().splitlines()]
    assert sorted(line.split("=")[0] for line in lines) == sorted(faults)


def test_a_fault_of_gunicorns_configuration_is_a_sentence(installed: InstalledProject) -> None:
    command = ["gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app"]
    code, printed = run(installed, *command, WEB_CONCURRENCY="0")
    sentence = "WEB_CONCURRENCY='0' cannot be used: it is not a number above 0."
    assert (code, printed.strip()) == (1, sentence)


URLS = {
    "no server": "postgresql://postgres@127.0.0.1:9/app",
    "no database": "postgresql://postgres@127.0.0.1/there_is_none",
    "no account": "postgresql://nobody_at_all:private@127.0.0.1/postgres",
    "no driver": "mysql://root@127.0.0.1/app",
}


@pytest.mark.parametrize("url", URLS.values(), ids=list(URLS))
@pytest.mark.parametrize("command", ["flask db upgrade", "flask user list", "flask seed", "pytest"])
def test_a_database_that_cannot_be_used_is_one_sentence(
    installed: InstalledProject, command: str, url: str
) -> None:
    services.require("PostgreSQL")
    started = time.monotonic()
    variable = "TEST_DATABASE_URL" if command == "pytest" else "DATABASE_URL"
    settings = {variable: url, "LOG_LEVEL": "INFO"}
    code, printed = run(installed, *command.split(), **settings)
    assert code in (1, 4)
    assert len(printed.strip().splitlines()) == 1, printed
    assert variable in printed
    assert "private" not in printed
    assert time.monotonic() - started < 15


def test_a_mysql_database_of_another_character_set_is_refused(folder: Path) -> None:
    services.require("MySQL")
    installed = install(
        bake(folder / "mysql", {"database": "MySQL", "application_type": "API"}), current_minor()
    )
    with services.database("MySQL") as url:
        name = url.rpartition("/")[2]
        services.execute("MySQL", f"ALTER DATABASE {name} CHARACTER SET latin1")
        code, printed = run(installed, "flask", "db", "upgrade", DATABASE_URL=url)
        assert code == 1
        [sentence] = [line for line in printed.splitlines() if "Error" in line]
        assert "character set latin1" in sentence
        command = f"ALTER DATABASE `{name}` CHARACTER SET utf8mb4"
        assert command in sentence
        services.execute("MySQL", command)
        installed.run("flask", "db", "upgrade", DATABASE_URL=url)


def test_flask_run_prints_its_address(folder: Path, tmp_path: Path) -> None:
    installed = install(bake(folder / "run", {"sample_posts": "no"}), current_minor())
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(installed.python), "-m", "flask", "run", "--port", "9"],
            cwd=installed.project.path,
            env=project_environment(APP_ENV="development", SECRET_KEY="only-for-this-test"),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            deadline = time.monotonic() + 30
            while "http://127.0.0.1:9" not in log.read_text("utf-8"):
                assert time.monotonic() < deadline, log.read_text("utf-8")
                time.sleep(0.1)
        finally:
            process.terminate()
            process.wait(10)
    assert "environment=development" in log.read_text("utf-8")


@contextmanager
def asking(url: str, clients: int) -> Iterator[tuple[list[str], list[OSError]]]:
    """Request `url` all the time from some clients; give what they got and what failed."""
    texts: list[str] = []
    failures: list[OSError] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                texts.append(get(url))
            except OSError as error:
                failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield texts, failures
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def wait_until(happened: "list[str]", text: str) -> None:
    """Return when the last of the texts that arrive is `text`."""
    deadline = time.monotonic() + 30
    while happened[-1:] != [text]:
        assert time.monotonic() < deadline, happened[-3:]
        time.sleep(0.05)


def test_a_new_version_is_deployed_without_a_lost_request(tmp_path: Path) -> None:
    installed = install(bake(tmp_path / "out", {}), current_minor())
    link_environment(installed)
    project = installed.project.path
    health = project / "app" / "core" / "health.py"
    start = "\n".join(shown_commands(project, "## Production"))
    [deploy] = shown_commands(project, DEPLOY)
    with run_as_shown(installed, tmp_path, start) as url:
        first = (project / "gunicorn.pid").read_text()
        with asking(f"{url}/healthz", clients=4) as (texts, failures):
            wait_until(texts, '{"status":"ok"}')
            health.write_text(health.read_text("utf-8").replace('"ok"}', '"ok","new":1}', 1))
            environment = project_environment(APP_ENV="testing")
            command = ["bash", "-e", "-c", deploy]
            subprocess.run(command, cwd=project, env=environment, check=True, timeout=60)
            wait_until(texts, '{"status":"ok","new":1}')
            deadline = time.monotonic() + 40
            while (project / "gunicorn.pid.2").exists():
                assert time.monotonic() < deadline, "the first Gunicorn does not end"
                time.sleep(0.1)
            assert (project / "gunicorn.pid").read_text() != first
            number = len(texts)
            while len(texts) < number + 50:
                time.sleep(0.05)
    print(f"{len(texts)} requests, {len(failures)} failed")
    assert failures == []
