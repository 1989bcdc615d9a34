"""Security headers for every response, after the OWASP Secure Headers project."""

import secrets
from collections.abc import Callable

from flask import Flask, Response, abort, current_app, g, request

# Features of browsers that no page of this site uses, so that no script that slips in can use them.
# Chromium logs a warning on every page for a name that it does not know.
UNUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "compute-pressure",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}


def init_app(app: Flask) -> None:
    """Add the headers to every response of `app`, and `csp_nonce()` to its templates."""
    app.add_template_global(csp_nonce)
    app.before_request(refuse_nul)
    app.after_request(header_writer(app))


def header_writer(app: Flask) -> Callable[[Response], Response]:
    """Return the function that adds the headers that a view has not set itself."""
    headers = HEADERS.copy()
    if app.config["APP_ENV"] == "production":
        headers["Strict-Transport-Security"] = app.config["HSTS"]
    if app.config["CDN_URL"]:
        # Pages load the static files from another origin, which copies them from here.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    lower_case = [(name.lower(), (name, value)) for name, value in headers.items()]

    def add_headers(response: Response) -> Response:
        present = {name.lower() for name, _ in response.headers}
        response.headers.extend([pair for name, pair in lower_case if name not in present])
        if "content-security-policy" not in present:
            response.headers["Content-Security-Policy"] = content_security_policy()
        return response

    return add_headers


def csp_nonce() -> str:
    """Return this answer's nonce: the content security policy then admits elements that carry it."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def refuse_nul() -> None:
    """Abort with 400 for a NUL character in the URL: PostgreSQL stores none.

    The fields of a body refuse it themselves.
    """
    environ = request.environ
    if "%00" in environ.get("QUERY_STRING", "") or "\0" in environ.get("PATH_INFO", ""):
        abort(400, "The URL contains a NUL character.")


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
