"""Everything that the report takes from the application; no other module of the report imports it.

If you rename one of these in `app/`, change the import here. The report also uses:

- the secrets, and the settings APP_ENV, APP_NAME, DATABASE_URL, LOG_FORMAT, LOG_LEVEL,
  MAX_CONTENT_LENGTH, PASSWORD_METHOD, PREFERRED_URL_SCHEME, RATELIMIT_ENABLED, REDIS_URL and SQLALCHEMY_DATABASE_URI;
- the URLs and the input names for logging in that the modules of `report.interfaces` list.
"""

from app import create_app, extensions
from app.auth.models import Role, User, UserSession
from app.auth.passwords import hash_password
from app.auth.service import change_password, create_user
from app.config import SECRETS, SETTINGS, ConfigurationError, settings
from app.core.logging import configure as configure_logging
from app.extensions import Base, db, limiter

# The name of the application's package.
PACKAGE = "app"

__all__ = [
    "PACKAGE",
    "SECRETS",  # the names of the settings that production refuses when they are weak
    "SETTINGS",  # name of a setting -> (function that reads its text, default)
    "Base",  # the declarative base of every model
    "ConfigurationError",  # raised by `create_app` and `settings` for a value that is refused
    "Role",  # the enumeration of roles, with USER and ADMIN
    "User",  # an account: id, email, name, role, password_hash
    "UserSession",  # a row for each device that is logged in
    "change_password",  # (user, password): stores the new password and revokes the sessions
    "configure_logging",  # (format, level): sets up logging for the whole process
    "create_app",  # (overrides): returns a new application
    "create_user",  # (email, name, password, role): adds an account; the caller commits
    "db",  # the Flask-SQLAlchemy object
    "extensions",  # the module with the extension objects, all unbound
    "hash_password",  # (password): hashes by the configured PASSWORD_METHOD
    "limiter",  # the Flask-Limiter object
    "settings",  # (overrides): returns the configuration that `create_app` uses
]
