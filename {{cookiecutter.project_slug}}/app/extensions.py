"""The extension objects, unbound: `create_app` binds them, the features import them."""

from datetime import datetime
from typing import ClassVar

{% if cookiecutter.__web %}from flask_bootstrap import Bootstrap5
{% endif %}{% if cookiecutter.__api %}from flask_cors import CORS
from flask_jwt_extended import JWTManager
{% endif %}from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
{%- if cookiecutter.__web %}
from flask_wtf import CSRFProtect
{%- endif %}
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

{% if cookiecutter.__web %}from app.auth.manager import UserManager
{% endif %}from app.database import NAMING_CONVENTION, UtcDateTime
from app.limits import ViewLimiter


class Base(DeclarativeBase):
    """What every model inherits; `Mapped[datetime]` columns hold UTC."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar = {datetime: UtcDateTime()}


# What a view has loaded stays readable after its commit, without loading it again.
db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
migrate = Migrate()
limiter = ViewLimiter(key_func=get_remote_address)
{%- if cookiecutter.__web %}
bootstrap = Bootstrap5()
csrf = CSRFProtect()
login_manager = UserManager()
{%- endif %}
{%- if cookiecutter.__api %}
cors = CORS()
jwt = JWTManager()
{%- endif %}
