"""Security headers for every answer, after the OWASP Secure Headers project."""

import secrets
from itertools import chain

from flask import Flask, Response, abort, current_app, g, request

HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
]
TWO_YEARS = 2 * 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Add the headers to every answer of `app`, and `csp_nonce()` to its templates."""
    if app.config["APP_ENV"] == "production":
        headers = [
            *HEADERS,
            ("Strict-Transport-Security", f"max-age={TWO_YEARS}; includeSubDomains"),
        ]
    else:
        headers = HEADERS

    def add_headers(response: Response) -> Response:
        response.headers.extend(headers)
        response.headers.setdefault("Content-Security-Policy", content_security_policy())
        return response

    app.add_template_global(csp_nonce)
    app.before_request(refuse_nul)
    app.after_request(add_headers)


def csp_nonce() -> str:
    """Return this answer's nonce: the content security policy then admits elements that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def refuse_nul() -> None:
    """Answer 400 to a NUL character in the URL or a form: no text has one, PostgreSQL stores none."""
    environ = request.environ
    found = "%00" in environ.get("QUERY_STRING", "") or "\0" in environ.get("PATH_INFO", "")
    fields = request.form.items(multi=True) if environ.get("CONTENT_LENGTH") else ()
    if found or any("\0" in text for text in chain.from_iterable(fields)):
        abort(400, "The request contains a NUL character.")


def content_security_policy() -> str:
    """Return a policy that lets the page load our own files and nothing else (CSP level 3)."""
    sources = "'self'"
    if current_app.config["CDN_URL"]:
        sources += f" {current_app.config['CDN_URL']}"
    scripts = f"{sources} 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else sources
    return (
        f"default-src 'none'; script-src {scripts}; style-src {sources}; img-src {sources} data:; "
        f"font-src {sources}; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
