"""Import every module of the application and print, as JSON, what that did besides.

It runs in a process of its own, which has imported nothing of the application before.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
import warnings
from typing import Any

PACKAGE = "app"
WRITING = os.O_WRONLY | os.O_RDWR

effects: list[str] = []


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note connections that are opened, and files opened for writing (an audit hook, PEP 578)."""
    if event in ("sqlite3.connect", "socket.connect"):
        effects.append(f"{event} {arguments[-1]}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
        effects.append(f"wrote {arguments[0]}")


def import_all() -> list[str]:
    """Import the package with all of its modules, and return their names."""
    package = importlib.import_module(PACKAGE)
    found = pkgutil.walk_packages(package.__path__, f"{PACKAGE}.")
    return [importlib.import_module(module.name).__name__ for module in found]


def applications() -> int:
    """Return how many Flask applications exist."""
    from flask import Flask

    return sum(issubclass(type(each), Flask) for each in gc.get_objects())


def is_deprecation(category: type[Warning]) -> bool:
    """Say whether a warning tells of something that will go away."""
    return issubclass(category, DeprecationWarning | PendingDeprecationWarning | FutureWarning)


def main() -> None:
    """Import, and print the names, the effects and the deprecation warnings."""
    sys.addaudithook(watch)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = import_all()
    raised = [
        [str(each.message), each.filename] for each in caught if is_deprecation(each.category)
    ]
    seen = {"modules": names, "effects": list(effects), "warnings": raised}
    print(json.dumps(seen | {"applications": applications()}))  # noqa: T201 - read by the parent
