"""A script that imports every module of a package and prints the side effects as JSON.

The report runs it in a new process, in which nothing of the package has been imported:
`python imports.py PACKAGE`.
"""

import gc
import importlib
import json
import os
import pkgutil
import sys
import warnings
from typing import Any

WRITE_FLAGS = os.O_WRONLY | os.O_RDWR

effects: list[str] = []


def record_effect(event: str, arguments: tuple[Any, ...]) -> None:
    """Record connections, and files opened for writing (an audit hook, PEP 578)."""
    if event in ("sqlite3.connect", "socket.connect"):
        effects.append(f"{event} {arguments[-1]}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITE_FLAGS:
        effects.append(f"wrote {arguments[0]}")


def import_all(package_name: str) -> list[str]:
    """Import the package with all of its modules; return their names."""
    package = importlib.import_module(package_name)
    modules = pkgutil.walk_packages(package.__path__, f"{package_name}.")
    names = [importlib.import_module(module.name).__name__ for module in modules]
    return [package.__name__, *names]


def count_applications() -> int:
    """Return how many Flask applications exist in this process."""
    from flask import Flask

    return sum(issubclass(type(instance), Flask) for instance in gc.get_objects())


def is_deprecation(category: type[Warning]) -> bool:
    """Return whether a warning announces that something will be removed."""
    return issubclass(category, DeprecationWarning | PendingDeprecationWarning | FutureWarning)


def main(package_name: str) -> None:
    """Import the package; print modules, effects, deprecation warnings and applications."""
    sys.addaudithook(record_effect)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        modules = import_all(package_name)
    result = {
        "modules": modules,
        "effects": list(effects),
        "warnings": [
            [str(warning.message), warning.filename]
            for warning in caught
            if is_deprecation(warning.category)
        ],
        "applications": count_applications(),
    }
    print(json.dumps(result))  # noqa: T201 - the report reads the last line of the output


if __name__ == "__main__":
    main(sys.argv[1])
