"""The words that betray a feature, and where they may stand although it was not chosen."""

import re
from dataclasses import dataclass

NOTHING = r"(?!)"


@dataclass(frozen=True)
class Trace:
    """Words of a feature, as a pattern, and what is innocent of it.

    `innocent` matches lines in which the words mean something else, `exempt` the names of files
    that may speak of what was not chosen; with `only`, no other files are looked at.
    """

    words: str
    innocent: str = NOTHING
    exempt: str = NOTHING
    only: str = ""

    def found_in(self, name: str, line: str) -> bool:
        """Tell whether `line` of the file `name` speaks of the feature."""
        if not re.match(self.only, name) or re.match(f"LICENSE|{self.exempt}", name):
            return False
        return bool(re.search(self.words, line)) and not re.search(self.innocent, line)


# Any project can be switched to another database by hand, so only what installs is looked at.
PACKAGING = r"pyproject\.toml|compose|Dockerfile|deploy/|\.github|\.gitlab|Makefile"
# The report names what was not chosen.
NOT_CHOSEN = r"report/packages\.py"

# A trace is looked for in a bake that lacks all features of its key.
TRACES = {
    frozenset({"api"}): Trace(
        r"(?i:jwt|smorest|openapi|swagger|marshmallow|restx|restful|apispec|webargs|bearer"
        r"|problem\+json|\bapis?\b|refresh.token|access.token|\bcors\b)",
        exempt=NOT_CHOSEN,
    ),
    frozenset({"web"}): Trace(
        r"(?i:wtforms|flask.wtf|flask.login|login.manager|bootstrap|csrf|remember.?me"
        r"|render_template|\bhtml\b|login_required|session_cookie|navigation)",
        innocent=r"https?://\S+\.html|text/html",
        exempt=rf"app/api/swagger_ui\.py|app/api/templates/|report/structure\.py|{NOT_CHOSEN}",
    ),
    frozenset({"posts"}): Trace(
        r"\b[Pp]osts?\b|_posts?\b|\bposts?_|\bPosts?[A-Z]|(?i:markdown.it|nh3|slugify)",
        innocent=r"\.post\(|method=\"post\"|\bdef post\(self\b|opblock-post"
        r"|post forms|Post values|needs_post|sample_posts",
        exempt=NOT_CHOSEN,
    ),
    frozenset({"PostgreSQL"}): Trace(r"(?i:psycopg)", only=PACKAGING),
    frozenset({"MySQL"}): Trace(r"(?i:pymysql)", only=PACKAGING),
    frozenset({"Flask-Smorest"}): Trace(r"(?i:smorest)", exempt=NOT_CHOSEN),
    frozenset({"Flask-RESTX"}): Trace(r"(?i:restx)", exempt=NOT_CHOSEN),
    frozenset({"Flask-RESTful"}): Trace(r"(?i:flask.restful)", exempt=NOT_CHOSEN),
}
