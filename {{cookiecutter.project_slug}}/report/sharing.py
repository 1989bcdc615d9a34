"""Does a list of jobs in two processes, where that is possible: in half of the time on two cores."""

import os
import pickle
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

T = TypeVar("T")
Note = TypeVar("Note")
# Does the jobs; returns what each returned, and the notes of the copy, if there was one.
Runner = Callable[[Sequence[Callable[[], Any]], Callable[[], Any]], tuple[list[Any], list[Any]]]


def alone(
    jobs: Sequence[Callable[[], T]], take_notes: Callable[[], Note]
) -> tuple[list[T], list[Note]]:
    """Do every job in this process; there is no copy that could have taken notes."""
    return [job() for job in jobs], []


def with_a_copy(
    jobs: Sequence[Callable[[], T]], take_notes: Callable[[], Note]
) -> tuple[list[T], list[Note]]:
    """Do each job here or in a copy of this process, whichever is free first.

    Returns what each job returned, in their order, and the notes that the copy took at its end. A
    copy has no other threads, so where there are any, or no copies, all is done here; so is what a
    copy that died has left undone.
    """
    if sys.platform != "linux" or threading.active_count() > 1:
        return alone(jobs, take_notes)
    # A pipe of numbers: each is read by one of the processes, which does that job.
    numbers, giving = os.pipe()
    os.write(giving, bytes(range(len(jobs))))
    os.close(giving)
    receiving, sending = os.pipe()
    copy = os.fork()
    if copy == 0:
        work_as_copy(jobs, take_notes, numbers, sending)
    os.close(sending)
    done = drawn(jobs, numbers)
    os.close(numbers)
    others, notes = received(receiving)
    os.waitpid(copy, 0)
    done |= others
    return [done[number] if number in done else job() for number, job in enumerate(jobs)], notes


def received(receiving: int) -> tuple[dict[int, Any], list[Any]]:
    """Return what a copy sends at its end: nothing, if it dies before."""
    with os.fdopen(receiving, "rb") as pipe:
        sent = pipe.read()
    if not sent:
        return {}, []
    return cast("tuple[dict[int, Any], list[Any]]", pickle.loads(sent))  # noqa: S301 - our copy


def drawn(jobs: Sequence[Callable[[], T]], numbers: int) -> dict[int, T]:
    """Do the jobs whose numbers can be read from the pipe `numbers`; return what they returned."""
    done = {}
    while number := os.read(numbers, 1):
        done[number[0]] = jobs[number[0]]()
    return done


def work_as_copy(
    jobs: Sequence[Callable[[], Any]], take_notes: Callable[[], Any], numbers: int, sending: int
) -> None:
    """Do jobs, send what they returned and the notes, and end without any cleaning up."""
    try:
        found = drawn(jobs, numbers), [take_notes()]
        with os.fdopen(sending, "wb") as pipe:
            pickle.dump(found, pipe)
    finally:
        os._exit(0)
