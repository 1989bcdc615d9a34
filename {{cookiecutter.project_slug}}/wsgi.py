"""The application object for a WSGI server and the `flask` command: `wsgi:app`."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from app import create_app
from app.cli import startup
from app.config import ConfigurationError

startup.read_dotenv(Path(__file__).parent)

try:
    app = create_app()
except ConfigurationError as error:
    # Print only the messages, because a traceback would hide them.
    raise SystemExit(str(error)) from None

# The command `flask report`; the application also runs without the folder `report/`.
if find_spec("report"):
    app.cli.add_command(import_module("report").command)

startup.announce(app)
