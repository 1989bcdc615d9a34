"""Accounts from the command line: `flask user ...`."""

import secrets

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.auth import passwords, service
from app.auth.models import Role, User
from app.extensions import db

group = AppGroup("user", help="Manage accounts.")


def chosen_password(generate: bool) -> str:
    """Return a random password, after printing it, or the one that is typed in twice."""
    if generate:
        password = secrets.token_urlsafe(16)
        click.echo(f"Password: {password}")
        return password
    password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    problem = passwords.validation_error(password)
    if problem:
        raise click.ClickException(problem)
    return password


def existing_user(email: str) -> User:
    """Return the account of `email`, or end the command with a sentence."""
    user = service.find_user(email)
    if user is None:
        raise click.ClickException(f"No account has the address {email}; see: flask user list")
    return user


generate_option = click.option("--generate", is_flag=True, help="Make up a password and print it.")


@group.command("create")
@click.argument("email")
@click.option("--name", help="What others see; by default the part before the @.")
@click.option("--admin", is_flag=True, help="Let the account administer the site.")
@generate_option
def create(email: str, name: str | None, admin: bool, generate: bool) -> None:
    """Create an account for EMAIL."""
    try:
        address = service.normalize_email(email)
    except service.EmailError as error:
        raise click.ClickException(str(error)) from error
    password = chosen_password(generate)
    role = Role.ADMIN if admin else Role.USER
    service.create_user(address, (name or address.partition("@")[0])[:80], password, role)
    try:
        db.session.commit()
    except IntegrityError as error:
        raise click.ClickException(f"{address} has an account already.") from error
    click.echo(f"Created {address} ({role}).")


@group.command("list")
def list_users() -> None:
    """List all accounts."""
    for user in db.session.scalars(select(User).order_by(User.email)):
        click.echo(
            f"{user.role:<6} {user.email:<40} {user.name}{'' if user.active else ' (locked)'}"
        )


@group.command("promote")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ADMIN.value)
def promote(email: str, role: str) -> None:
    """Give the account of EMAIL another role: admin, unless said otherwise."""
    user = existing_user(email)
    user.role = Role(role)
    db.session.commit()
    click.echo(f"{user.email} is now {user.role}.")


@group.command("password")
@click.argument("email")
@generate_option
def password(email: str, generate: bool) -> None:
    """Set a new password for EMAIL and sign out all of its devices."""
    user = existing_user(email)
    service.change_password(user, chosen_password(generate))
    db.session.commit()
    click.echo(f"The password of {user.email} is changed.")
