"""Cookies in production."""

from app import create_app
from app.config import SECRETS
from tests.conftest import SETTINGS

PRODUCTION = (
    SETTINGS
    | dict.fromkeys(SECRETS, "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA")
    | {"APP_ENV": "production", "DATABASE_URL": "sqlite://", "WTF_CSRF_ENABLED": True}
)


def test_browsers_accept_the_cookies_for_this_host_alone() -> None:
    app = create_app(PRODUCTION)
    assert app.config["REMEMBER_COOKIE_NAME"].startswith("__Host-")
    assert app.config["REMEMBER_COOKIE_SECURE"]
    response = app.test_client().get("/login", base_url="https://a.example")
    [cookie] = response.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("__Host-")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert "Domain" not in cookie
