"""Security headers for every response, after the OWASP Secure Headers project."""

import secrets
from collections.abc import Callable

from flask import Flask, Response, abort, current_app, g, request

# Browser features that no page of this site uses. The header disables them, so an injected script
# cannot use them.
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
    """Return a function that adds each header unless the view has set it."""
    headers = HEADERS.copy()
    if app.config["APP_ENV"] == "production":
        headers["Strict-Transport-Security"] = app.config["HSTS"]
    if app.config["CDN_URL"]:
        # Pages load the static files from the CDN, which fetches them from this site.
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
    """Return the nonce of this response.

    The content security policy allows inline scripts that have it as an attribute.
    """
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
    """Return a content security policy (CSP level 3) that allows files of this site and of
    `CDN_URL`, and images in `data:` URLs."""
    sources = "'self'"
    if current_app.config["CDN_URL"]:
        sources += f" {current_app.config['CDN_URL']}"
    scripts = f"{sources} 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else sources
    return (
        f"default-src 'none'; script-src {scripts}; style-src {sources}; img-src {sources} data:; "
        f"font-src {sources}; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
