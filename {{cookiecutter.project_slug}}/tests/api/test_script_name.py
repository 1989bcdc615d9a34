"""An application below a path of the site, which the server passes as SCRIPT_NAME (PEP 3333)."""

from app.auth.models import User
from tests.support.api import ApiClient
from tests.support.factories import create_user

BELOW = "http://localhost/below"
NEW = {"email": "new@example.com", "name": "New", "password": "a long enough password"}


def test_addresses_in_headers_hold_the_path(api_client: ApiClient, admin: User) -> None:
    client = api_client(admin)
    created = client.post("/api/users", json=NEW, base_url=BELOW)
    assert created.headers["Location"] == f"/below/api/users/{created.get_json()['id']}"
    create_user("another@example.com")
    page = client.get("/api/users?limit=1", base_url=BELOW)
    assert page.headers["Link"].startswith("</below/api/users?limit=1&after=")
