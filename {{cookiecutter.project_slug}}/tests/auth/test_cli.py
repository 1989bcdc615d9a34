"""The commands `flask user ...` and `flask session ...`."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from click import ClickException
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.auth.cli import get_user, keep_an_administrator
from app.auth.models import Role, User, UserSession
from app.auth.service import authenticate
from app.db.types import utc_now
from app.extensions import db
from tests.support.factories import PASSWORD, count_rows, create_user


def test_creates_an_account_with_a_typed_password(runner: FlaskCliRunner) -> None:
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    result = runner.invoke(args=["user", "create", "Ann@Example.com", "--admin"], input=typed)
    assert "Created ann@example.com with the role admin." in result.output
    user = authenticate("ann@example.com", PASSWORD)
    assert user is not None
    assert (user.name, user.role) == ("ann", Role.ADMIN)


def test_creates_an_account_with_a_random_password(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["user", "create", "a@example.com", "--name", "Ann", "--generate"])
    password = result.output.split()[-1]
    assert authenticate("a@example.com", password) is not None


def test_prints_no_random_password_for_an_account_that_exists(runner: FlaskCliRunner) -> None:
    create_user("taken@example.com")
    result = runner.invoke(args=["user", "create", "taken@example.com", "--generate"])
    assert result.exit_code == 1
    assert "assword" not in result.output


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("ann", PASSWORD, "must have an @-sign"),
        ("ann@example.com", "short", "at least 10 characters"),
        ("taken@example.com", PASSWORD, "taken@example.com already has an account."),
    ],
)
def test_refuses_to_create(
    runner: FlaskCliRunner, email: str, password: str, sentence: str
) -> None:
    create_user("taken@example.com")
    typed = f"{password}\n{password}\n"
    result = runner.invoke(args=["user", "create", email], input=typed)
    assert result.exit_code == 1
    assert sentence in result.output
    assert db.session.scalars(select(User.email)).all() == ["taken@example.com"]


def test_lists_accounts(runner: FlaskCliRunner) -> None:
    create_user("b@example.com", role=Role.ADMIN)
    create_user("a@example.com").active = False
    db.session.commit()
    first, second = runner.invoke(args=["user", "list"]).output.splitlines()
    assert first.split() == ["user", "a@example.com", "Ann", "(locked)"]
    assert second.split() == ["admin", "b@example.com", "Ann"]


def test_changes_a_role(runner: FlaskCliRunner) -> None:
    create_user(role=Role.ADMIN)
    user = create_user("a@example.com")
    assert runner.invoke(args=["user", "role", "A@example.com", "admin"]).exit_code == 0
    assert user.is_admin
    runner.invoke(args=["user", "role", "a@example.com", "user"])
    assert not user.is_admin


@pytest.mark.parametrize("command", [("role", "user"), ("lock",)])
def test_the_last_administrator_stays(runner: FlaskCliRunner, command: tuple[str, ...]) -> None:
    name, *role = command
    ann, bob = (create_user(f"{name}@example.com", role=Role.ADMIN) for name in ("ann", "bob"))
    assert runner.invoke(args=["user", name, ann.email, *role]).exit_code == 0
    result = runner.invoke(args=["user", name, bob.email, *role])
    assert result.exit_code == 1
    assert "bob@example.com is the last active administrator" in result.output
    assert (bob.is_admin, bob.active) == (True, True)
    # An account that administers nothing can be demoted and locked.
    assert runner.invoke(args=["user", name, ann.email, *role]).exit_code == 0


def test_of_commands_that_lock_the_last_two_administrators_at_once_one_fails(app: Flask) -> None:
    emails = [create_user(role=Role.ADMIN).email for _ in range(2)]
    start = Barrier(2)

    def lock(email: str) -> bool:
        with app.app_context():
            user = get_user(email)
            start.wait()
            try:
                keep_an_administrator(user, lambda: setattr(user, "active", False))
            except ClickException:
                return False
            return True

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(lock, emails)) == [False, True]


def test_sets_a_password(runner: FlaskCliRunner) -> None:
    create_user("a@example.com")
    result = runner.invoke(args=["user", "password", "a@example.com", "--generate"])
    assert authenticate("a@example.com", PASSWORD) is None
    assert authenticate("a@example.com", result.output.split()[-1]) is not None


@pytest.mark.parametrize("email", ["nobody@example.com", "nonsense"])
def test_unknown_accounts_are_an_error(runner: FlaskCliRunner, email: str) -> None:
    result = runner.invoke(args=["user", "role", email, "admin"])
    assert result.exit_code == 1
    assert f"There is no account for {email}" in result.output


def test_a_locked_account_is_logged_out_and_cannot_log_in(runner: FlaskCliRunner) -> None:
    user = create_user("ann@example.com")
    db.session.add(UserSession(user=user, token_hash="a", expires_at=utc_now() + timedelta(days=1)))
    db.session.commit()
    assert "is locked" in runner.invoke(args=["user", "lock", "ann@example.com"]).output
    assert count_rows(UserSession) == 0
    assert authenticate("ann@example.com", PASSWORD) is None
    assert "is unlocked" in runner.invoke(args=["user", "unlock", "ann@example.com"]).output
    assert authenticate("ann@example.com", PASSWORD) is not None


def test_expired_sessions_are_deleted(runner: FlaskCliRunner) -> None:
    user, now = create_user(), utc_now()
    db.session.add_all(
        UserSession(user=user, token_hash=str(hours), expires_at=now + timedelta(hours=hours))
        for hours in (-48, -1, 1)
    )
    db.session.commit()
    assert "Deleted 2 expired sessions." in runner.invoke(args=["session", "purge"]).output
    assert db.session.scalars(select(UserSession.token_hash)).all() == ["1"]
    assert "Deleted 0 expired sessions." in runner.invoke(args=["session", "purge"]).output


def test_a_name_with_escape_codes_is_refused_and_never_printed(runner: FlaskCliRunner) -> None:
    name = "\x1b[31mred\x07"
    result = runner.invoke(args=["user", "create", "a@example.com", "--name", name, "--generate"])
    assert result.exit_code == 1
    assert "control characters" in result.output
    create_user("old@example.com", name=name)
    output = runner.invoke(args=["user", "list"]).output
    assert "old@example.com" in output
    assert not {"\x1b", "\x07"} & set(output)
