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


def choose_password(generate: bool) -> str:
    """Return a random password of 128 bits, or ask for one; end the command if it is refused."""
    if generate:
        return secrets.token_urlsafe(16)
    password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    problem = passwords.validation_error(password)
    if problem:
        raise click.ClickException(problem)
    return password


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
    password = choose_password(generate)
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
    password = choose_password(generate)
    service.change_password(user, password)
    db.session.commit()
    click.echo(f"Changed the password of {user.email}.")
    if generate:
        click.echo(f"Password: {password}")
