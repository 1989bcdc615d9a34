"""The index of all models: Alembic and the shell find them here."""

from app.auth.models import Role, User, UserSession
{%- if cookiecutter.__posts %}
from app.posts.models import Post
{%- endif %}

__all__ = [{% if cookiecutter.__posts %}"Post", {% endif %}"Role", "User", "UserSession"]
