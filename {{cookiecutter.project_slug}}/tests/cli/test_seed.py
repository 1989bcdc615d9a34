"""The command `flask seed`."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.auth.service import authenticate


def test_seeds_once_with_passwords_that_work(runner: FlaskCliRunner) -> None:
    lines = runner.invoke(args=["seed"]).output.splitlines()
    for line in lines[:3]:
        role, email, _, password = line.split()
        user = authenticate(email, password)
        assert user is not None
        assert user.role == role
    again = runner.invoke(args=["seed"])
    assert again.exit_code == 1
    assert "already exist" in again.output


def test_does_not_seed_production(
    app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    result = runner.invoke(args=["seed"])
    assert result.exit_code == 1
    assert "not for production" in result.output
