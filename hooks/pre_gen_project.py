"""Refuse answers that cannot become a project, with a sentence for each fault.

`local_extensions.py` applies these rules while Cookiecutter asks the questions. As a hook they are
applied to recorded answers as well (`cookiecutter --replay`), which are not asked for again.
"""

import json
import keyword
import re
import sys
import unicodedata
from pathlib import Path

Answers = dict[str, str]

CHOICES = {
    "license": ("MIT", "BSD-3-Clause", "Apache-2.0", "Proprietary"),
    "application_type": ("Hybrid", "Web App", "API"),
    "database": ("SQLite", "PostgreSQL", "MySQL"),
    "api_framework": ("Flask-Smorest", "Flask-RESTX", "Flask-RESTful"),
    "sample_posts": ("yes", "no"),
    "install": ("yes", "no"),
}
EXAMPLES = {
    "project_name": "My Flask App",
    "description": "News and notes from our team, for everybody who is curious.",
    "author_name": "Ada Lovelace",
    "author_email": "ada@example.com",
}

LONGEST_SLUG = 64
SLUG_SHAPE = re.compile(r"[a-z]([a-z0-9_-]*[a-z0-9])?")

# The project's own top-level names, and what Python and its tools keep for themselves.
PROJECT_NAMES = frozenset(
    "app report tests test migrations deploy wsgi instance static templates build dist venv"
    " site_packages site main python".split()
)
# File names that Windows refuses in every folder.
DEVICE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))]
)
# Distribution and import names of what a project may depend on, `-` and `.` written as `_`.
# A project of the same name could not install its own dependency.
PACKAGE_NAMES = frozenset(
    """
    alembic aniso8601 apispec ast_serialize attr attrs authlib billiard blinker cachelib celery
    certifi cffi charset_normalizer click coverage cryptography dateutil deprecated dns dnspython
    dotenv email_validator execnet factory factory_boy faker flask flask_admin flask_caching
    flask_cors flask_jwt_extended flask_limiter flask_login flask_mail flask_marshmallow
    flask_migrate flask_restful flask_restx flask_smorest flask_sqlalchemy flask_swagger_ui
    flask_wtf greenlet gunicorn idna importlib_resources iniconfig itsdangerous jinja2 joserfc
    jsonschema jsonschema_specifications jwt kombu librt limits mako markdown_it markdown_it_py
    markupsafe marshmallow mdurl mypy mypy_extensions mypyc nh3 ordered_set orjson packaging
    pathspec pip pkg_resources pluggy prometheus_client prometheus_flask_exporter psycopg
    psycopg_binary pycparser pygments pyjwt pymysql pyotp pytest pytest_cov pytest_xdist
    python_dateutil python_dotenv python_slugify pytz pyuwsgi redis referencing requests rich rpds
    rpds_py ruff segno sentry_sdk setuptools six slugify sqlalchemy structlog text_unidecode
    types_flask_migrate types_wtforms typing_extensions tzdata urllib3 uv uwsgi webargs webauthn
    werkzeug wheel whitenoise wrapt wtforms xdist yaml
    """.split()
)

BIDIRECTIONAL_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNWRITABLE_CATEGORIES = {
    "Cc": "a control character",
    "Cs": "half of a surrogate pair",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
LOCAL_PART_SHAPE = re.compile(r"[^\s.@\"(),:;<>\[\]\\]+(\.[^\s.@\"(),:;<>\[\]\\]+)*")
DOMAIN_LABEL_SHAPE = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")


def shown(value: str) -> str:
    """Quote `value` for a message: shortened, and with escapes for what cannot be printed."""
    return repr(value if len(value) <= 80 else f"{value[:79]}…")


def unwritable(value: str) -> str:
    """Name the first character of `value` that no file may hold; "" if there is none."""
    for character in value:
        kind = UNWRITABLE_CATEGORIES.get(unicodedata.category(character), "")
        if character in BIDIRECTIONAL_CONTROLS:
            kind = "a character that turns the direction of the text"
        if kind:
            return f"{kind} (U+{ord(character):04X})"
    return ""


def invisible(value: str) -> bool:
    """Tell whether `value` shows nothing: it is empty, or white space and formatting only."""
    return not any(unicodedata.category(character)[0] in "LMNPS" for character in value)


def possible_email(value: str) -> bool:
    """Tell whether `value` has the shape of an e-mail address on a domain."""
    local, _, domain = value.rpartition("@")
    labels = domain.split(".")
    return (
        len(value.encode()) <= LONGEST_EMAIL
        and len(local.encode()) <= LONGEST_LOCAL_PART
        and LOCAL_PART_SHAPE.fullmatch(local) is not None
        and len(labels) > 1
        and not labels[-1].isdigit()
        and all(DOMAIN_LABEL_SHAPE.fullmatch(label) for label in labels)
    )


def slug_fault(slug: str) -> str:
    """Say what is wrong with the project's folder name; "" if it can be used."""
    name = slug.replace("-", "_")
    if not slug:
        return "is empty"
    if len(slug) > LONGEST_SLUG:
        return f"is longer than {LONGEST_SLUG} characters"
    if not SLUG_SHAPE.fullmatch(slug):
        return (
            "is not made of lower-case letters, digits, '_' and '-', starting with a letter and "
            "ending with a letter or a digit"
        )
    if keyword.iskeyword(name):
        return "is a Python keyword"
    if name in sys.stdlib_module_names:
        return "is the name of a module of Python's standard library"
    if name in PACKAGE_NAMES:
        return "is the name of a package that the project may depend on"
    if name in PROJECT_NAMES:
        return "is a name that the project itself uses"
    if name in DEVICE_NAMES:
        return "is a name that Windows refuses"
    return ""


def slug_faults(answers: Answers) -> list[str]:
    """Return the sentence that refuses the folder name, or nothing."""
    slug = str(answers.get("project_slug", ""))
    fault = slug_fault(slug)
    if not fault:
        return []
    example = f"{slug}_site" if SLUG_SHAPE.fullmatch(slug) and len(slug) < 40 else "my_flask_app"
    return [f"project_slug {shown(slug)} {fault}; take {example!r}, for example."]


def text_fault(name: str, text: str) -> str:
    """Say why the project's files cannot hold the answer `text` to question `name`; "" if so."""
    if character := unwritable(text):
        return f"holds {character}"
    if name == "project_name" and invisible(text):
        return "shows nothing"
    if name == "author_email" and not possible_email(text):
        return "is not an e-mail address"
    return ""


def text_faults(answers: Answers) -> list[str]:
    """Return a sentence for each free text that cannot be written into the project's files."""
    faults = []
    for name, example in EXAMPLES.items():
        text = str(answers.get(name, ""))
        if fault := text_fault(name, text):
            faults.append(f"{name} {shown(text)} {fault}; write {example!r}, for example.")
    return faults


def choice_faults(answers: Answers) -> list[str]:
    """Return a sentence for each answer that is none of its choices (a recorded one may be)."""
    faults = []
    for name, choices in CHOICES.items():
        answer = str(answers.get(name, ""))
        if answer not in choices:
            faults.append(
                f"{name} {shown(answer)} is none of {', '.join(choices)}; take {choices[0]!r}, "
                "for example."
            )
    return faults


def derived_faults(answers: Answers) -> list[str]:
    """Return a sentence if the values derived from the answers do not fit them any more.

    `cookiecutter --replay` records the derived values (`__name`) with the answers. After an edit of
    the record the two disagree, and the project would be a mixture of both.
    """
    kind = answers["application_type"]
    fitting = {"__web": kind != "API", "__api": kind != "Web App"}
    fitting["__posts"] = answers["sample_posts"] == "yes"
    stale = [name for name, value in fitting.items() if bool(answers.get(name)) != value]
    if not stale:
        return []
    return [
        f"The recorded {', '.join(stale)} does not fit the answers that it was made from; "
        "answer the questions anew, for example with --no-input and name=value."
    ]


def find_faults(answers: Answers) -> list[str]:
    """Return a sentence for each fault of the answers."""
    faults = slug_faults(answers) + text_faults(answers) + choice_faults(answers)
    return faults or derived_faults(answers)


def main() -> int:
    """Print every fault of the answers to the error stream; return the exit code."""
    Path(__file__).unlink(missing_ok=True)  # Cookiecutter leaves each rendered hook behind.
    faults = find_faults(json.loads(r"""{{ cookiecutter | tojson }}"""))
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
