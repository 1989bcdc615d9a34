"""Commands for accounts: `flask user ...`."""

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth import passwords, service
from app.auth.models import Role, User
from app.extensions import db

group = AppGroup("user", help="Manage accounts.")

generate_option = click.option(
    "--generate", is_flag=True, help="Use a random password and print it at the end."
)


def prompt_for_password() -> str:
    """Ask for a new password twice and return it; end the command if it is not accepted."""
    password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    problem = passwords.validation_error(password)
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
    password = random_password() if generate else prompt_for_password()
    role = Role.ADMIN if admin else Role.USER
    service.create_user(address, (name or address.partition("@")[0])[:80], password, role)
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
            f"{user.role:<6} {user.email:<40} {user.name}{'' if user.active else ' (locked)'}"
        )


@group.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def set_role(email: str, role: str) -> None:
    """Give the account of EMAIL the role ROLE."""
    user = get_user(email)
    user.role = Role(role)
    db.session.commit()
    click.echo(f"{user.email} now has the role {user.role}.")


@group.command("password")
@click.argument("email")
@generate_option
def set_password(email: str, generate: bool) -> None:
    """Set a new password for the account of EMAIL and log out all its devices."""
    user = get_user(email)
    password = random_password() if generate else prompt_for_password()
    service.change_password(user, password)
    db.session.commit()
    click.echo(f"Changed the password of {user.email}.")
    if generate:
        click.echo(f"Password: {password}")
