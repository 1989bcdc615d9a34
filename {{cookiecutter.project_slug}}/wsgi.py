"""What a WSGI server and the `flask` command start: `wsgi:app`."""

from importlib.util import find_spec

from dotenv import load_dotenv

from app import create_app

load_dotenv()

app = create_app()

if find_spec("report"):
    from report import command

    app.cli.add_command(command)
