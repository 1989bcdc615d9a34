"""Files at fixed URLs for browsers, search engines and security researchers."""

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core import navigation
from app.core.static_files import asset_url
from app.db.transactions import use_autocommit
from app.db.types import utc_now

SECONDS_TO_KEEP = 24 * 3600
# security.txt must have an expiry date (RFC 9116, section 2.5.5).
SECURITY_TXT_LASTS = timedelta(days=180)

bp = Blueprint("site_files", __name__, template_folder="templates")


def plain_text(lines: list[str]) -> Response:
    """Return a text file."""
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


def icon(filename: str, mimetype: str) -> Response:
    """Return an image of the static folder, which browsers may cache for a day."""
    content = Path(str(current_app.static_folder), filename).read_bytes()
    response = Response(content, mimetype=mimetype)
    response.cache_control.public = True
    response.cache_control.max_age = SECONDS_TO_KEEP
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """Return the icon for browsers that do not support SVG icons."""
    return icon("favicon.ico", "image/x-icon")


@bp.get("/apple-touch-icon.png")
def touch_icon() -> Response:
    """Return the icon for the home screen of a phone."""
    return icon("apple-touch-icon.png", "image/png")


@bp.get("/manifest.webmanifest")
def manifest() -> ResponseReturnValue:
    """Return the web app manifest, for phones on which the site is installed."""
    name = current_app.config["APP_NAME"]
    icons = [("apple-touch-icon.png", "180x180"), ("icon-512.png", "512x512")]
    content = {
        "name": name,
        "short_name": name[:12],
        "description": current_app.config["APP_DESCRIPTION"],
        "start_url": url_for("main.home"),
        "display": "minimal-ui",
        "background_color": "#f6f7f3",
        "theme_color": "#0d4a3e",
        "icons": [
            {"src": asset_url(file), "sizes": sizes, "type": "image/png"} for file, sizes in icons
        ],
    }
    return content, {"Content-Type": "application/manifest+json"}


@bp.get("/robots.txt")
def robots() -> Response:
    """Allow search engines to index every public page, and name the sitemap."""
    sitemap_url = url_for("site_files.sitemap", _external=True)
    return plain_text(["User-agent: *", "Disallow:", f"Sitemap: {sitemap_url}"])


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List the public pages for search engines."""
    use_autocommit()
    xml = render_template("main/sitemap.xml", entries=navigation.sitemap())
    return Response(xml, mimetype="application/xml")


@bp.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Return the contact for security reports (RFC 9116); 404 if SECURITY_CONTACT is not set."""
    contact = current_app.config["SECURITY_CONTACT"]
    if not contact:
        abort(404)
    if "@" in contact and ":" not in contact:
        contact = f"mailto:{contact}"
    expires = (utc_now() + SECURITY_TXT_LASTS).isoformat(timespec="seconds")
    canonical = url_for("site_files.security_txt", _external=True)
    return plain_text([f"Contact: {contact}", f"Expires: {expires}", f"Canonical: {canonical}"])
