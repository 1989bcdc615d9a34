"""What a WSGI server and the `flask` command start: `wsgi:app`."""

from importlib.util import find_spec
from pathlib import Path

from app import create_app
from app.cli import startup
from app.config import ConfigurationError

startup.read_dotenv(Path(__file__).parent)

try:
    app = create_app()
except ConfigurationError as error:
    # The sentences only: a traceback would hide them.
    raise SystemExit(str(error)) from None

if find_spec("report"):
    from report import command

    app.cli.add_command(command)

startup.announce(app)
