"""The application object for a WSGI server and the `flask` command: `wsgi:app`."""

from importlib import import_module
from importlib.util import find_spec

from dotenv import load_dotenv

from app import create_app

load_dotenv()

app = create_app()

# The command `flask report`; the application also runs without the folder `report/`.
if find_spec("report"):
    app.cli.add_command(import_module("report").command)
