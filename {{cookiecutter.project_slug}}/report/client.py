"""The client that sends the report's requests: with a time limit, and a record of each request."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Flask, Request, current_app, request
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers, ImmutableMultiDict, MultiDict
from werkzeug.test import TestResponse, create_environ

from report.guard import guard
from report.project_api import limiter
from report.routes import PROBE

# Much more than any view needs, because the machine may be busy.
SECONDS_PER_REQUEST = 10.0
# For further requests to an endpoint that has reached the limit once.
SECONDS_IF_SLOW = 0.2
MAX_BODY_SIZE = 10_000_000
TIMED_OUT = "408 Request Timeout"


class TimeLimitError(BaseException):
    """A request took too long.

    It is not an `Exception`, so that the view's own `except Exception` does not catch it.
    """


@dataclass
class Recorder:
    """Records the requests of one application.

    `parameters` maps an endpoint to the query parameters that its view reads; `slow` maps an
    endpoint to the request that reached the time limit.
    """

    requests: int = 0
    endpoint: str = ""
    parameters: dict[str, set[str]] = field(default_factory=dict)
    slow: dict[str, str] = field(default_factory=dict)


class RecordingArgs(ImmutableMultiDict[str, str]):
    """Query parameters that record which of them a view reads."""

    names: set[str]

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, type: Any = None) -> Any:
        """Return all values of a parameter."""
        self.names.add(key)
        return super().getlist(key, type)


class RecordingRequest(Request):
    """A request that records, for each endpoint, which query parameters are read."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return the query parameters."""
        arguments = RecordingArgs(super().args)
        recorder: Recorder = current_app.extensions[PROBE]
        arguments.names = recorder.parameters.setdefault(self.endpoint or "", set())
        return arguments


class Client(FlaskClient):
    """A test client for one of several applications that share the limiter object."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; read the response completely, up to the limits of size and time.

        If the view does not respond in time, the response is "408 Request Timeout".
        """
        limiter.enabled = self.application.config["RATELIMIT_ENABLED"]
        recorder: Recorder = self.application.extensions[PROBE]
        recorder.requests += 1
        recorder.endpoint = ""
        try:
            with time_limit(SECONDS_PER_REQUEST):
                return read_body(super().open(*args, **kwargs), recorder)
        except TimeLimitError:
            recorder.slow.setdefault(recorder.endpoint, guard.request)
            return TestResponse([], TIMED_OUT, Headers(), Request(create_environ()))
        finally:
            guard.request = ""


def read_body(response: TestResponse, recorder: Recorder) -> TestResponse:
    """Read the body until it ends or reaches a limit; return the response with what was read."""
    chunks: list[bytes] = []
    try:
        for chunk in response.iter_encoded():
            chunks.append(chunk)
            if sum(map(len, chunks)) > MAX_BODY_SIZE:
                break
    except TimeLimitError:
        recorder.slow.setdefault(recorder.endpoint, guard.request)
    response.close()
    response.response = chunks
    return response


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitError` in the block after so many seconds.

    There is no limit where the system has no timer signal (Windows), and outside the main thread.
    """
    if sys.platform == "win32" or not can_use_timer():
        yield
        return

    def stop(*_: object) -> None:
        raise TimeLimitError

    previous = signal.signal(signal.SIGALRM, stop)
    # The signal is repeated, in case a bare `except:` in a view catches the first one.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def can_use_timer() -> bool:
    """Return whether a timer signal can interrupt this thread."""
    is_main = threading.current_thread() is threading.main_thread()
    return sys.platform != "win32" and is_main


def record_requests(app: Flask) -> Recorder:
    """Let `app` record its requests; return the recorder."""
    recorder = Recorder()
    app.extensions[PROBE] = recorder
    app.request_class = RecordingRequest

    def before_request() -> None:
        recorder.endpoint = request.endpoint or ""
        guard.request = f"{request.method} {request.path}"
        is_slow = recorder.endpoint in recorder.slow
        if sys.platform != "win32" and is_slow and can_use_timer():
            signal.setitimer(signal.ITIMER_REAL, SECONDS_IF_SLOW, 1)

    app.before_request_funcs.setdefault(None, []).insert(0, before_request)
    return recorder
