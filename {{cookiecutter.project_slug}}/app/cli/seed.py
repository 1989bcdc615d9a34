"""`flask seed`: demo data for development."""

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

# Adds the demo data of one feature for the demo users; returns what it added, such as "30 notes".
Seeder = Callable[[Sequence[User]], str]


def add_seeder(app: Flask, seeder: Seeder) -> None:
    """Register the demo data of a feature; `flask seed` calls `seeder` with the demo users."""
    app.extensions.setdefault("seeders", []).append(seeder)


@click.command("seed")
@with_appcontext
def command() -> None:
    """Add demo users with random passwords, and the demo data of every feature."""
    if current_app.config["APP_ENV"] == "production":
        raise click.ClickException("Demo data is not for production. Nothing was added.")
    accounts = [(*user, secrets.token_urlsafe(12)) for user in DEMO_USERS]
    users = [create_user(email, name, password, role) for email, name, role, password in accounts]
    try:
        db.session.flush()
    except IntegrityError as error:
        raise click.ClickException("The demo users already exist. Nothing was added.") from error
    added = [seeder(users) for seeder in current_app.extensions.get("seeders", [])]
    db.session.commit()
    for email, _, role, password in accounts:
        click.echo(f"{role:<6} {email:<20} password: {password}")
    for description in added:
        click.echo(f"Added {description}.")
