"""The application for WSGI servers and the `flask` command: `wsgi:app`."""

from importlib import import_module
from importlib.util import find_spec

from dotenv import load_dotenv

from app import create_app

load_dotenv()

app = create_app()

# The application runs without the package `report`, so a container image can omit it.
if find_spec("report"):
    app.cli.add_command(import_module("report").command)
