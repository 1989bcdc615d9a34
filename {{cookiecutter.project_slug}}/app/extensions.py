"""The extension objects. `create_app` or a feature binds them to the application."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

{% if cookiecutter.__api %}from flask_cors import CORS
from flask_jwt_extended import JWTManager
{% endif %}from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
{%- if cookiecutter.__web %}
from flask_wtf import CSRFProtect
{%- endif %}
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

{% if cookiecutter.__web %}from app.core.login_manager import LazyLoginManager
{% endif %}from app.core.rate_limits import ViewLimiter, client_network
from app.db import connections, sqlite  # noqa: F401 - importing them registers their events
from app.db.types import ExactDecimal, UtcDateTime

# A migration can drop a constraint only by its name, so every constraint gets one.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base class of every model. It maps Python types to column types that work on every
    database.

    `Mapped[datetime]` is stored in UTC, and `Mapped[Decimal]` is exact on SQLite too.
    """

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime(),
        Decimal: ExactDecimal(precision=18, scale=2),
    }


# After a commit, objects keep their values: reading them again would cost a query each.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()
limiter = ViewLimiter(key_func=client_network)
{%- if cookiecutter.__web %}
csrf = CSRFProtect()
login_manager = LazyLoginManager()
{%- endif %}
{%- if cookiecutter.__api %}
cors = CORS()
jwt = JWTManager()
{%- endif %}
