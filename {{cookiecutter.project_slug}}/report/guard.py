"""Blocks network connections and new processes while the report runs the project's code.

A view may charge a card or send mail. The report calls every view, so it must not let that happen.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BLOCKED_EVENTS = {
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.startfile",
    "os.system",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.sendto",
    "subprocess.Popen",
}


class BlockedError(PermissionError):
    """The project's code tried to open a connection or to start a process."""


class Guard:
    """While active, records every network connection and new process, and raises `BlockedError`."""

    def __init__(self) -> None:
        self.active = False
        self.request = ""
        self.attempts: dict[str, str] = {}

    def handle_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Block the event (an audit hook, PEP 578)."""
        if not self.active or event not in BLOCKED_EVENTS:
            return
        target = arguments[1] if event.startswith("socket.") and len(arguments) > 1 else arguments
        if event == "socket.getaddrinfo":
            target = arguments[:2]
        attempt = f"{event} {target!r}"[:100]
        self.attempts.setdefault(attempt, self.request or "creating the application")
        raise BlockedError(f"flask report blocks {attempt}")

    @contextmanager
    def enabled(self, active: bool = True) -> Iterator[None]:
        """Set `active` for the duration of a block."""
        previous, self.active = self.active, active
        try:
            yield
        finally:
            self.active = previous


guard = Guard()
_installed = False


def install_guard() -> Guard:
    """Return the guard of this process. Its audit hook cannot be removed, so it is added once."""
    global _installed
    if not _installed:
        sys.addaudithook(guard.handle_event)
        _installed = True
    guard.attempts.clear()
    return guard
