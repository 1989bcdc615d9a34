"""Cookies in production."""

from app import create_app
from tests.conftest import SETTINGS, STRONG_SECRETS

PRODUCTION = (
    SETTINGS
    | STRONG_SECRETS
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


def test_browsers_delete_the_remember_cookie_of_a_session_that_ended() -> None:
    app = create_app(PRODUCTION)
    client, name = app.test_client(), app.config["REMEMBER_COOKIE_NAME"]
    client.set_cookie(name, "nonsense", domain="a.example")
    response = client.get("/dashboard", base_url="https://a.example")
    [cookie] = [
        each for each in response.headers.getlist("Set-Cookie") if each.startswith(f"{name}=;")
    ]
    # Without Secure, a browser ignores a cookie whose name begins with __Host-.
    assert {"Secure", "HttpOnly", "Path=/", "Max-Age=0"} <= set(cookie.split("; "))
