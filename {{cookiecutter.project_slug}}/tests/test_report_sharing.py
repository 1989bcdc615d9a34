"""How the report's measures are shared out to two processes."""

import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from report.lab import Notes
from report.sharing import alone, with_a_copy, work_as_copy

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only on Linux processes are copied"),
    # Tests that run in parallel have a thread that reports to their parent.
    pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning"),
]


@pytest.fixture
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process look as if it could be copied."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


def meet(folder: Path, own: str, other: str) -> Callable[[], int]:
    """Return a job that ends when the job `other` has begun; it returns its process."""

    def job() -> int:
        (folder / own).touch()
        deadline = time.monotonic() + 10
        while not (folder / other).exists() and time.monotonic() < deadline:
            time.sleep(0.001)
        return os.getpid()

    return job


def test_two_processes_work_at_the_same_time(tmp_path: Path, without_threads: None) -> None:
    jobs = [meet(tmp_path, "a", "b"), meet(tmp_path, "b", "a"), lambda: 1]
    found, notes = with_a_copy(jobs, os.getpid)
    assert {found[0], found[1]} == {os.getpid(), *notes}
    assert len(notes) == 1
    assert found[2] == 1


def test_what_a_copy_that_dies_leaves_undone_is_done_here(without_threads: None) -> None:
    here = os.getpid()

    def deadly() -> int:
        time.sleep(0.01)
        if os.getpid() != here:
            os._exit(1)
        return here

    assert with_a_copy([deadly] * 6, lambda: "noted") == ([here] * 6, [])


def test_processes_with_threads_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert with_a_copy([os.getpid] * 3, lambda: "noted") == ([os.getpid()] * 3, [])
    assert alone([lambda: 1, lambda: 2], lambda: "noted") == ([1, 2], [])


def test_a_copy_sends_what_it_found(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[int] = []
    monkeypatch.setattr(os, "_exit", ends.append)
    numbers, giving = os.pipe()
    os.write(giving, bytes([1]))
    os.close(giving)
    receiving, sending = os.pipe()
    work_as_copy([lambda: "first", lambda: "second"], lambda: "noted", numbers, sending)
    with os.fdopen(receiving, "rb") as pipe:
        assert pickle.loads(pipe.read()) == ({1: "second"}, ["noted"])  # noqa: S301 - our own
    assert ends == [0]


def test_notes_are_taken_since_the_copy_was_made() -> None:
    before = Notes(5, [("old", "a.py")])
    after = Notes(7, [("old", "a.py"), ("new", "b.py")])
    assert after.since(before) == Notes(2, [("new", "b.py")])
