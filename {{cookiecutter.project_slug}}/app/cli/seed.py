"""Demo data for development: `flask seed`."""

import secrets
from collections.abc import Callable, Sequence

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from app.auth.models import Role, User
from app.auth.service import create_user
from app.extensions import db

DEMO_USERS = (
    ("admin@example.com", "Ada Okafor", Role.ADMIN),
    ("alice@example.com", "Alice Moreau", Role.USER),
    ("bob@example.com", "Bob Lindqvist", Role.USER),
)

Seeder = Callable[[Sequence[User]], str]


def add_seeder(app: Flask, seeder: Seeder) -> None:
    """Let a feature add its own demo data, which belongs to the demo users."""
    app.extensions.setdefault("seeders", []).append(seeder)


@click.command("seed")
@with_appcontext
def command() -> None:
    """Add demo users with random passwords, and demo data."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Demo users do not belong into production; nothing was added.")
    made = [(*user, secrets.token_urlsafe(12)) for user in DEMO_USERS]
    users = [create_user(email, name, password, role) for email, name, role, password in made]
    try:
        db.session.flush()
    except IntegrityError as error:
        raise click.ClickException(
            "The demo users are there already; nothing was added."
        ) from error
    seeded = [seeder(users) for seeder in current_app.extensions.get("seeders", [])]
    db.session.commit()
    for email, _, role, password in made:
        click.echo(f"{role:<6} {email:<20} password: {password}")
    for line in seeded:
        click.echo(f"Added {line}.")
