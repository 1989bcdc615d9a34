"""Rules for passwords."""

import pytest
from flask import Flask

from app.auth import passwords
from tests.support.factories import create_user


@pytest.mark.parametrize("password", ["", "x" * 5000, "🔑" * 4000])
def test_extreme_passwords_match_no_account(app: Flask, password: str) -> None:
    assert not passwords.verify(create_user().password_hash, password)
    assert not passwords.verify(None, password)
