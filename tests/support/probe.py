"""Ask baked applications what they call themselves; runs on the interpreter of a baked project.

Reads the path of a project from each line of the input and answers with a line of JSON. Every
application lives in a forked process, so that the packages are imported once for all of them.
"""

import contextlib
import importlib
import json
import os
import sys

PRELOADED = "flask sqlalchemy flask_sqlalchemy flask_migrate flask_limiter flask_login wtforms"
PRELOADED += " flask_wtf flask_jwt_extended flask_smorest marshmallow structlog email_validator"


def describe(path: str) -> dict[str, str]:
    """Return the settings that hold answers, and the home page, of the project at `path`."""
    os.chdir(path)
    sys.path.insert(0, path)
    create_app = importlib.import_module("app").create_app
    app = create_app({"APP_ENV": "testing", "DATABASE_URL": "sqlite://", "SECRET_KEY": "k" * 40})
    with app.app_context():
        importlib.import_module("app.extensions").db.create_all()
    client = app.test_client()
    return {
        "name": app.config["APP_NAME"],
        "description": app.config["APP_DESCRIPTION"],
        "home": client.get("/").text,
        "openapi": client.get("/api/openapi.json").text,
    }


def answer(path: str) -> None:
    """Print what `describe` finds, or the fault that stopped it, and end the process."""
    try:
        found = describe(path)
    except Exception as fault:  # whatever it is belongs into the failing test's message
        found = {"fault": repr(fault)}
    print(json.dumps(found), flush=True)
    os._exit(0)


def main() -> None:
    """Fork once for each line of the input."""
    for name in PRELOADED.split():
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            answer(line.rstrip("\n"))
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
