"""Sending requests: time limits, large responses, blocked connections and processes."""

import itertools
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Blueprint, Flask, Response

from app import create_app
from app.config import ConfigurationError
from report import client
from report.checks import isolation
from report.context import Context
from report.findings import NotMeasuredError
from report.guard import BlockedError, Guard, install_guard
from report.test_app import TestApp, dispose, new_app
from tests.report.conftest import MakeContext


def slow_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Return an application with views that never end."""
    app = create_app(overrides)
    bp = Blueprint("slow", __name__)

    @bp.get("/slow/sleep")
    def sleep() -> str:
        try:
            time.sleep(60)
        except Exception:
            return "interrupted"
        return "done"

    @bp.get("/slow/events")
    def events() -> Response:
        def forever() -> Iterator[str]:
            for number in itertools.count():
                yield f"event {number}\n"
                time.sleep(0.01)

        return Response(forever(), mimetype="text/event-stream")

    @bp.get("/slow/large")
    def large() -> Response:
        return Response(itertools.repeat(b"x" * 1000))

    app.register_blueprint(bp)
    return app


@pytest.fixture
def context(make_context: MakeContext, monkeypatch: pytest.MonkeyPatch) -> Context:
    """Return the context of the slow application, with short limits."""
    monkeypatch.setattr(client, "SECONDS_PER_REQUEST", 0.3)
    monkeypatch.setattr(client, "SECONDS_IF_SLOW", 0.01)
    monkeypatch.setattr(client, "MAX_BODY_SIZE", 20_000)
    return make_context(slow_app)


def test_a_view_that_never_responds_is_stopped(context: Context) -> None:
    test_app: TestApp = context.testing
    started = time.monotonic()
    assert test_app.client().get("/slow/sleep").status_code == 408
    assert test_app.client().get("/slow/sleep").status_code == 408
    assert time.monotonic() - started < 5
    with pytest.raises(NotMeasuredError, match="GET /slow/sleep"):
        isolation.isolation(context)
    # The application still works.
    assert test_app.client().get("/healthz").status_code == 200


def test_an_endless_stream_is_cut(context: Context) -> None:
    response = context.testing.client().get("/slow/events")
    assert response.status_code == 200
    assert response.text.startswith("event 0\nevent 1\n")
    assert "GET /slow/events" in context.testing.recorder.slow.values()


def test_an_endless_body_is_cut(context: Context) -> None:
    assert len(context.testing.client().get("/slow/large").data) <= 21_000


def test_nothing_limits_the_time_without_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "can_use_timer", lambda: False)
    with client.time_limit(0.001):
        time.sleep(0.01)


def test_connections_and_processes_are_blocked() -> None:
    guard = install_guard()
    with guard.enabled():
        with pytest.raises(BlockedError), socket.socket() as connection:
            connection.connect(("127.0.0.1", 9))
        with pytest.raises(BlockedError):
            socket.getaddrinfo("example.com", 443)
        with pytest.raises(BlockedError):
            subprocess.run([sys.executable, "-c", ""])
        with guard.enabled(active=False):
            subprocess.run([sys.executable, "-c", ""], check=True)
    subprocess.run([sys.executable, "-c", ""], check=True)
    events = [attempt.split()[0] for attempt in guard.attempts]
    assert events == ["socket.connect", "socket.getaddrinfo", "subprocess.Popen"]
    assert install_guard() is guard
    assert guard.attempts == {}


def test_a_blocked_attempt_names_its_request(context: Context) -> None:
    guard = Guard()
    guard.request = "GET /pay"
    with guard.enabled(), pytest.raises(BlockedError):
        guard.handle_event("socket.connect", (None, ("192.0.2.1", 443)))
    context.guard = guard
    with pytest.raises(NotMeasuredError, match=r"GET /pay: socket.connect \('192.0.2.1', 443\)"):
        isolation.isolation(context)


def test_a_required_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    def create(overrides: Mapping[str, Any]) -> Flask:
        if "APP_NAME" not in os.environ:
            raise ConfigurationError("APP_NAME is required")
        assert "REDIS_URL" not in os.environ
        return create_app(overrides)

    monkeypatch.setenv("REDIS_URL", "redis://192.0.2.1/0")
    monkeypatch.delenv("APP_NAME", raising=False)
    with pytest.raises(ConfigurationError):
        new_app(create, {"APP_ENV": "testing"})
    monkeypatch.setenv("APP_NAME", "Required")
    app = new_app(create, {"APP_ENV": "testing"})
    assert app.config["APP_NAME"] == "Required"
    dispose(app)
