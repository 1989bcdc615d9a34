"""Ways to break a baked project on purpose, and the lines of its report that must notice."""

from dataclasses import dataclass
from pathlib import Path

VIEWS = "app/auth/views.py"
POSTS = "app/posts/views.py"
CONFIG = "app/config.py"
SECURITY = "app/core/security_headers.py"


@dataclass(frozen=True)
class Edit:
    """A text in a file of the project, and what takes its place."""

    path: str
    old: str
    new: str

    def apply(self, project: Path) -> None:
        """Edit the file; raises `LookupError` when the text is not there exactly once."""
        path = project / self.path
        text = path.read_text("utf-8")
        if text.count(self.old) != 1:
            raise LookupError(f"{self.path} has {text.count(self.old)} times: {self.old!r}")
        path.write_text(text.replace(self.old, self.new), "utf-8")


@dataclass(frozen=True)
class Mutation:
    """Edits that break something, and the lines that turn unchecked with a part of the reason."""

    name: str
    edits: tuple[Edit, ...]
    lines: dict[str, str]
    with_tests: bool = False


def without_login(name: str, path: str, rule: str, **lines: str) -> Mutation:
    """Return the mutation that opens a page to everybody."""
    old, new = f"{rule}\n@login_required\n", f"{rule}\n"
    reasons = {line.replace("_", " "): reason for line, reason in lines.items()}
    return Mutation(f"{name} without login", (Edit(path, old, new),), reasons)


def one(name: str, path: str, old: str, new: str, lines: dict[str, str]) -> Mutation:
    """Return the mutation of a single edit."""
    return Mutation(name, (Edit(path, old, new),), lines)


BOTH = '", methods=["GET", "POST"])'
MUTATIONS = (
    without_login(
        "dashboard",
        "app/main/views.py",
        '@bp.get("/dashboard")',
        Authentication="GET /dashboard returns 500 to a visitor",
    ),
    without_login("account", VIEWS, f'@bp.route("/account{BOTH}', Authentication="/account"),
    without_login(
        "change of password",
        VIEWS,
        f'@bp.route("/account/password{BOTH}',
        Authentication="/account/password is open to everybody",
        Input_validation="/account/password returned 500",
        SQL_injection="/account/password returned 500",
    ),
    without_login(
        "own posts",
        POSTS,
        '@bp.get("/mine")',
        Authentication="GET /posts/mine",
        SQL_injection="returned 500",
    ),
    without_login(
        "new post",
        POSTS,
        f'@bp.route("/new{BOTH}',
        Authentication="POST /posts/new",
        SQL_injection="returned 500",
    ),
    without_login(
        "edit post",
        POSTS,
        f'@bp.route("/<id:post_id>/edit{BOTH}',
        Authentication="instead of asking to log in",
    ),
    without_login(
        "delete post",
        POSTS,
        f'@bp.route("/<id:post_id>/delete{BOTH}',
        Authentication="instead of asking to log in",
    ),
    one(
        "CSRF switched off",
        CONFIG,
        '"WTF_CSRF_TIME_LIMIT": None,',
        '"WTF_CSRF_ENABLED": False,',
        {"CSRF protection": "without a token returned"},
    ),
    Mutation(
        "CSRF exemption of one view",
        (
            Edit(
                VIEWS,
                "import db, limiter, login_manager",
                "import csrf, db, limiter, login_manager",
            ),
            Edit(VIEWS, '@bp.post("/logout")', '@bp.post("/logout")\n@csrf.exempt'),
        ),
        {"CSRF protection": "POST /logout"},
    ),
    one(
        "session cookie over HTTP",
        CONFIG,
        '"SESSION_COOKIE_SECURE": production',
        '"SESSION_COOKIE_SECURE": False',
        {"Session management": "is not Secure"},
    ),
    one(
        "session cookie for scripts",
        CONFIG,
        '"SESSION_COOKIE_SECURE": production',
        '"SESSION_COOKIE_HTTPONLY": False, "SESSION_COOKIE_SECURE": production',
        {"Session management": "is not HttpOnly"},
    ),
    one(
        "remember cookie for other sites",
        CONFIG,
        '"REMEMBER_COOKIE_SAMESITE": "Lax"',
        '"REMEMBER_COOKIE_SAMESITE": None',
        {"Session management": "SameSite"},
    ),
    one(
        "logout that leaves the session",
        VIEWS,
        "        db.session.execute(\n            delete(UserSession).where(",
        "        repr(\n            delete(UserSession).where(",
        {"Session management": "after logging out"},
    ),
    one(
        "password change that keeps other devices",
        "app/auth/service.py",
        "    sessions.revoke_all(user, keep=keep)\n",
        "",
        {"Session management": "another device", "Token management": "after a new password"},
    ),
    Mutation(
        "raw SQL in the search",
        (
            Edit("app/posts/queries.py", "Select, false, select", "Select, false, select, text"),
            Edit(
                "app/posts/queries.py",
                "query if searched else",
                "query.where(text(f\"title LIKE '%{words}%'\")) if searched else",
            ),
        ),
        {"SQL injection": "SQL text"},
    ),
    one(
        "column without migration",
        "app/posts/models.py",
        "    published_at: Mapped[datetime | None]\n",
        "    published_at: Mapped[datetime | None]\n    subtitle: Mapped[str | None]\n",
        {"Migrations": "subtitle"},
    ),
    Mutation(
        "foreign key without index",
        (
            Edit("app/auth/models.py", 'ondelete="CASCADE"), index=True)', 'ondelete="CASCADE"))'),
            Edit(
                "migrations/versions/0001_accounts.py",
                '    op.create_index(op.f("ix_user_sessions_user_id"), '
                '"user_sessions", ["user_id"])\n',
                "",
            ),
        ),
        {"Models": "user_sessions.user_id has no index"},
    ),
    one(
        "form field without validators",
        "app/posts/forms.py",
        'validators=[DataRequired("Enter a title."), Length(max=LONGEST_TITLE), SingleLine()]',
        "validators=[]",
        {"Input validation": "PostForm", "Forms": "PostForm.title has no validator"},
    ),
    one(
        "form field that may be empty",
        "app/posts/forms.py",
        'validators=[DataRequired("Enter a title."), Length(max=LONGEST_TITLE), SingleLine()]',
        "validators=[Length(max=LONGEST_TITLE)]",
        {"Forms": "PostForm.title may be empty"},
    ),
    one(
        "weak hashes",
        CONFIG,
        '"scrypt:32768:8:3"',
        '"pbkdf2:sha256:1000"',
        {"Password hashing": "pbkdf2:sha256:1000"},
    ),
    one(
        "user text marked safe",
        "app/posts/templates/posts/show.html",
        '<h1 dir="auto">{{ post.title }}</h1>',
        '<h1 dir="auto">{{ post.title | safe }}</h1>',
        {"Cross-site scripting": "/posts/"},
    ),
    one(
        "name marked safe in the menu",
        "app/templates/base.html",
        '<strong dir="auto">{{ current_user.name }}</strong>',
        '<strong dir="auto">{{ current_user.name | safe }}</strong>',
        {"Cross-site scripting": "script"},
    ),
    Mutation(
        "Markdown without sanitiser",
        (
            Edit("app/posts/markdown.py", '{"html": False}', '{"html": True}'),
            Edit("app/posts/markdown.py", "clean = nh3.clean(\n", "clean = html or nh3.clean(\n"),
        ),
        {"Cross-site scripting": "img"},
    ),
    Mutation(
        "error page with traceback",
        (
            Edit(
                "app/main/errors.py", "\nfrom math import", "\nimport traceback\nfrom math import"
            ),
            Edit(
                "app/main/errors.py",
                "    headers = [",
                "    html += traceback.format_exc()\n    headers = [",
            ),
        ),
        {"Error pages": "Traceback"},
    ),
    one(
        "open redirect",
        "app/auth/redirects.py",
        "    return LOCAL_PATH.fullmatch(target) is not None and target.isprintable()\n",
        '    return target.startswith("/")\n',
        {"Open redirects": "evil.example"},
    ),
    one(
        "sign-in without throttle",
        VIEWS,
        '@limit_sign_in(lambda: request.form.get("email", ""))\n',
        "",
        {"Throttling": "POST /login accepted 40 attempts"},
    ),
    one(
        "words that tell who has an account",
        VIEWS,
        '["The e-mail address or the password is wrong."]',
        '["Wrong password." if service.find_user(form.data["email"]) else "Unknown account."]',
        {"Account enumeration": "POST /login shows whether"},
    ),
    one(
        "time that tells who has an account",
        "app/auth/service.py",
        "    is_valid = passwords.verify(user.password_hash if user else None, password)\n",
        "    is_valid = user is not None and passwords.verify(user.password_hash, password)\n",
        {"Account enumeration": "times as long"},
    ),
    one(
        "inline scripts allowed",
        SECURITY,
        "script-src {scripts};",
        "script-src {scripts} 'unsafe-inline';",
        {"Security headers": "'unsafe-inline'"},
    ),
    one(
        "header that tells the software",
        SECURITY,
        '    "X-Frame-Options": "DENY",\n',
        '    "X-Frame-Options": "DENY",\n    "X-Powered-By": "Flask",\n',
        {"Security headers": "X-Powered-By"},
    ),
    one(
        "no HSTS",
        SECURITY,
        'if app.config["APP_ENV"] == "production":',
        'if app.config["APP_ENV"] == "staging":',
        {"Security headers": "Strict-Transport-Security"},
    ),
    one(
        "weak secrets accepted",
        CONFIG,
        "SHORTEST_SECRET = 32",
        "SHORTEST_SECRET = 10",
        {"Secrets": "production starts with SECRET_KEY"},
    ),
    one(
        "secrets for git",
        ".gitignore",
        ".env\nproduction.env\n",
        "production.env\n",
        {"Secrets": "git does not ignore .env"},
    ),
    one(
        "API logout that revokes nothing",
        "app/auth/token_endpoints.py",
        "        tokens.revoke(token_session())\n",
        "",
        {"Token management": "after logging out"},
    ),
    one(
        "refresh tokens that work twice",
        "app/auth/tokens.py",
        "    if not commit_with_retry(renew):\n",
        "    if not commit_with_retry(renew) and session.id < 0:\n",
        {"Token management": "refresh token works twice"},
    ),
    one(
        "tokens of another service accepted",
        CONFIG,
        '        "JWT_DECODE_AUDIENCE": "my_flask_app-api",\n',
        "",
        {"Token management": "a token for another service is accepted"},
    ),
    one(
        "tokens without an end accepted",
        "app/auth/tokens.py",
        'REQUIRED_CLAIMS = ("aud", "exp", ',
        'REQUIRED_CLAIMS = ("aud", ',
        {"Token management": "a token without an end is accepted"},
    ),
    one(
        "one secret for cookies and tokens",
        CONFIG,
        "    if not faults and len({config[name]",
        "    if faults and len({config[name]",
        {"Secrets": "production starts with one value for"},
    ),
    one(
        "posts without ownership",
        "app/posts/queries.py",
        "    if to_edit and not post.is_editable_by(user):\n",
        "    if to_edit and user is None:\n",
        {"Ownership": "another user changed"},
    ),
    one(
        "page without ownership",
        POSTS,
        "get_post_or_404(post_id, current_account(), to_edit=True)\n    form = DeleteForm()",
        "get_post_or_404(post_id, current_account())\n    form = DeleteForm()",
        {"Ownership": "/posts/<id:post_id>/delete"},
    ),
    one(
        "API without ownership",
        "app/posts/endpoints.py",
        "token_user(), to_edit=True)",
        "token_user())",
        {"Ownership": "/api/posts/"},
    ),
    one(
        "accounts for everybody to read",
        "app/auth/user_endpoints.py",
        "        require_admin(token_session().user)\n        users = SeekQuery",
        "        users = SeekQuery",
        {"Privacy": "GET /api/users shows a stranger"},
    ),
    Mutation(
        "promotion by oneself",
        (
            Edit(
                "app/auth/user_endpoints.py",
                'OWN_FIELDS = {"name"}',
                'OWN_FIELDS = {"name", "role"}',
            ),
            Edit(
                "app/auth/user_endpoints.py",
                'changed & {"active", "role"}',
                'changed & {"active"}',
            ),
        ),
        {"Privileges": "made an administrator"},
    ),
    one(
        "API for the pages of every site",
        CONFIG,
        '"CORS_ORIGINS": (list_of(origin, "*"), [])',
        '"CORS_ORIGINS": (list_of(origin, "*"), ["*"])',
        {"CORS": "open to pages"},
    ),
    one(
        "API text without limit",
        "app/posts/schemas.py",
        "    title = SingleLine(LONGEST_TITLE, required=True, ",
        "    title = fields.String(required=True, ",
        {"Input validation": "as title", "Schemas": "title has no maximum length"},
    ),
    one(
        "variable without explanation",
        CONFIG,
        '    "REDIS_URL": (redis_url, ""),\n',
        '    "REDIS_URL": (redis_url, ""),\n    "SURPRISE": (text, ""),\n',
        {"Configuration": "SURPRISE is not in .env.example"},
    ),
    one(
        "call that will go away",
        "app/main/views.py",
        '    return render_template("main/home.html")\n',
        '    import warnings\n\n    warnings.warn("gone soon", DeprecationWarning, stacklevel=1)\n'
        '    return render_template("main/home.html")\n',
        {"Documentation": "gone soon"},
    ),
    one(
        "route outside of every blueprint",
        "app/__init__.py",
        "    app.cli.add_command(seed.command)\n    return app\n",
        "    app.cli.add_command(seed.command)\n"
        '    app.add_url_rule("/loose", "loose", lambda: "loose")\n'
        "    return app\n",
        {"Blueprints": "GET /loose"},
    ),
    one(
        "file written at import",
        "app/core/health.py",
        '\nbp = Blueprint("health", __name__)\n',
        '\nopen("/dev/null", "w").close()  # noqa: SIM115\nbp = Blueprint("health", __name__)\n',
        {"Flask patterns": "wrote /dev/null"},
    ),
    one(
        "unused import",
        "app/core/health.py",
        "\nfrom typing import Any\n",
        "\nimport os\nfrom typing import Any\n",
        {"PEP 8": "F401"},
    ),
    one(
        "error of the wrong type",
        "app/api/problems.py",
        'CONTENT_TYPE = "application/problem+json"',
        'CONTENT_TYPE = "application/json"',
        {"Error handling": "application/json"},
    ),
    Mutation(
        "failing test",
        (
            Edit(
                "pyproject.toml", 'testpaths = ["tests"]', 'testpaths = ["tests/auth/test_cli.py"]'
            ),
            Edit("tests/auth/test_cli.py", "with the role admin.", "Created nobody."),
        ),
        {"Tests": "test_creates_an_account_with_a_typed_password"},
        with_tests=True,
    ),
)


def groups() -> list[list[Mutation]]:
    """Group mutations that fail different lines of the report: one report per group is enough."""
    found: list[list[Mutation]] = []
    for mutation in MUTATIONS:
        for group in found:
            taken = set().union(*(other.lines for other in group))
            if taken.isdisjoint(mutation.lines):
                group.append(mutation)
                break
        else:
            found.append([mutation])
    return found
