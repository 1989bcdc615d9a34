"""Commands for accounts and their sessions: `flask user ...` and `flask session ...`."""

import secrets
from collections.abc import Callable

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth import passwords, service, sessions
from app.auth.models import LONGEST_NAME, Role, User
from app.core import single_line
from app.db.transactions import commit_with_retry
from app.extensions import db

group = AppGroup("user", help="Manage accounts.")
session_group = AppGroup("session", help="Manage sessions.")

generate_option = click.option(
    "--generate", is_flag=True, help="Use a random password and print it at the end."
)


def prompt_for_password(*known: str) -> str:
    """Ask for a new password twice and return it; end the command if it is not accepted.

    `known` are the e-mail address and the name of the account.
    """
    password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    problem = passwords.validation_error(password, *known)
    if problem:
        raise click.ClickException(problem)
    return password


def random_password() -> str:
    """Return a password of 128 random bits."""
    return secrets.token_urlsafe(16)


def get_user(email: str) -> User:
    """Return the account of `email`; end the command if there is none."""
    user = service.find_user(email)
    if user is None:
        raise click.ClickException(
            f"There is no account for {email}. `flask user list` shows all accounts."
        )
    return user


def keep_an_administrator(user: User, change: Callable[[], None]) -> None:
    """Run `change`, which demotes or locks `user`, and commit.

    Ends the command if `user` is the last active administrator, also when two commands run at once.
    """

    def work() -> None:
        if service.is_last_administrator(user):
            raise click.ClickException(
                f"{user.email} is the last active administrator. Make another account an "
                "administrator first: `flask user role EMAIL admin`."
            )
        change()

    commit_with_retry(work)


@group.command("create")
@click.argument("email")
@click.option("--name", help="The name that others see. Default: the part of EMAIL before the @.")
@click.option("--admin", is_flag=True, help="Create an administrator.")
@generate_option
def create(email: str, name: str | None, admin: bool, generate: bool) -> None:
    """Create an account for EMAIL."""
    try:
        address = service.normalize_email(email)
    except service.EmailError as error:
        raise click.ClickException(str(error)) from error
    name = (name or address.partition("@")[0])[:LONGEST_NAME]
    problem = single_line.validation_error(name)
    if problem:
        raise click.ClickException(f"The name cannot be used. {problem}")
    password = random_password() if generate else prompt_for_password(address, name)
    role = Role.ADMIN if admin else Role.USER
    service.create_user(address, name, password, role)
    try:
        db.session.commit()
    except IntegrityError as error:
        raise click.ClickException(f"{address} already has an account.") from error
    click.echo(f"Created {address} with the role {role}.")
    if generate:
        click.echo(f"Password: {password}")


@group.command("list")
def list_users() -> None:
    """List all accounts."""
    for user in db.session.scalars(select(User).order_by(User.email)):
        click.echo(
            f"{user.role:<6} {user.email:<40} {single_line.printable(user.name)}{'' if user.active else ' (locked)'}"
        )


@group.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def set_role(email: str, role: str) -> None:
    """Give the account of EMAIL the role ROLE."""
    user = get_user(email)
    if role == Role.ADMIN:
        user.role = Role.ADMIN
        db.session.commit()
    else:
        keep_an_administrator(user, lambda: setattr(user, "role", Role(role)))
    click.echo(f"{user.email} now has the role {user.role}.")


@group.command("password")
@click.argument("email")
@generate_option
def set_password(email: str, generate: bool) -> None:
    """Set a new password for the account of EMAIL and log out all its devices."""
    user = get_user(email)
    password = random_password() if generate else prompt_for_password(user.email, user.name)
    service.change_password(user, password)
    db.session.commit()
    click.echo(f"Changed the password of {user.email}.")
    if generate:
        click.echo(f"Password: {password}")


@group.command("lock")
@click.argument("email")
def lock(email: str) -> None:
    """Lock the account of EMAIL and log out all its devices."""
    user = get_user(email)

    def lock_and_log_out() -> None:
        user.active = False
        sessions.revoke_all(user)

    keep_an_administrator(user, lock_and_log_out)
    click.echo(f"{user.email} is locked. `flask user unlock {user.email}` unlocks it.")


@group.command("unlock")
@click.argument("email")
def unlock(email: str) -> None:
    """Unlock the account of EMAIL."""
    user = get_user(email)
    user.active = True
    db.session.commit()
    click.echo(f"{user.email} is unlocked.")


@session_group.command("purge")
def purge() -> None:
    """Delete the sessions that have expired; run it daily."""
    count = commit_with_retry(sessions.delete_expired)
    click.echo(f"Deleted {count} expired sessions.")
