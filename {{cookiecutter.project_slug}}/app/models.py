"""The index of all models: Alembic and the shell find them here, one feature a line."""

from app.auth.models import Role, User, UserSession
{%- if cookiecutter.__posts %}
from app.posts.models import Post
{%- endif %}
