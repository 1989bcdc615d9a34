"""The redirect after login."""

import pytest
from flask.testing import FlaskClient

from app.auth.redirects import is_local
from tests.support.factories import PASSWORD, create_user


@pytest.mark.parametrize("target", ["/", "/list/?q=a&after=b", "/%2F", "/a//b", "/ü"])
def test_local_targets_are_accepted(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "a",
        " /a",
        "/a b",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/a\\b",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\x00",
        "/\x7f",
        "/\u2028",
        "/\u00a0/a",
    ],
)
def test_other_targets_are_refused(client: FlaskClient, target: str) -> None:
    assert not is_local(target)
    user = create_user()
    form = {"email": user.email, "password": PASSWORD}
    response = client.post("/login", query_string={"next": target}, data=form)
    assert response.location in ("/dashboard", None)
