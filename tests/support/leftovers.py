"""Words that belong to a feature, and the files that may hold them when it is not chosen."""

import re
from dataclasses import dataclass

NOTHING = r"(?!)"


@dataclass(frozen=True)
class Leftover:
    """A pattern for the words of a feature, and its exceptions.

    `innocent` matches lines in which the words mean something else. `exempt` matches the names of
    files that may name what was not chosen. With `only`, no other files are searched.
    """

    words: str
    innocent: str = NOTHING
    exempt: str = NOTHING
    only: str = ""

    def found_in(self, name: str, line: str) -> bool:
        """Tell whether `line` of the file `name` names the feature."""
        if not re.match(self.only, name) or re.match(f"LICENSE|{self.exempt}", name):
            return False
        return bool(re.search(self.words, line)) and not re.search(self.innocent, line)


# Any project can be switched to another database by hand, so only what installs is looked at.
PACKAGING = r"pyproject\.toml|compose|Dockerfile|deploy/|\.github|\.gitlab|Makefile"
# [tool.kiln] records every answer.
ANSWER = r"^api_framework = "
# The report lists what was not chosen.
NOT_CHOSEN = r"report/packages\.py"

# Each pattern is searched for in bakes that lack a feature of its key.
LEFTOVERS = {
    frozenset({"api"}): Leftover(
        r"(?i:jwt|smorest|openapi|swagger|marshmallow|restx|restful|apispec|webargs|bearer"
        r"|problem\+json|\bapis?\b|refresh.token|access.token|\bcors\b)",
        innocent=ANSWER,
        exempt=NOT_CHOSEN,
    ),
    frozenset({"web"}): Leftover(
        r"(?i:wtforms|flask.wtf|flask.login|login.manager|csrf|remember.?me"
        r"|render_template|\bhtml\b|login_required|session_cookie|navigation)",
        innocent=r"https?://\S+\.html|text/html",
        exempt=rf"app/api/swagger_ui\.py|app/api/templates/|report/structure\.py|{NOT_CHOSEN}",
    ),
    frozenset({"posts"}): Leftover(
        r"\b[Pp]osts?\b|_posts?\b|\bposts?_|\bPosts?[A-Z]|(?i:markdown.it|nh3|slugify)",
        innocent=r"\.post\(|method=\"post\"|\bdef post\(self\b|opblock-post"
        r"|post forms|Post values|needs_post|sample_posts",
        exempt=NOT_CHOSEN,
    ),
    frozenset({"PostgreSQL"}): Leftover(r"(?i:psycopg)", only=PACKAGING),
    frozenset({"MySQL"}): Leftover(r"(?i:pymysql)", only=PACKAGING),
    frozenset({"Flask-Smorest"}): Leftover(r"(?i:smorest)", ANSWER, NOT_CHOSEN),
    frozenset({"Flask-RESTX"}): Leftover(r"(?i:restx)", ANSWER, NOT_CHOSEN),
    frozenset({"Flask-RESTful"}): Leftover(r"(?i:flask.restful)", ANSWER, NOT_CHOSEN),
}
