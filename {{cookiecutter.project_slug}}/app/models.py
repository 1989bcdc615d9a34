"""The index of all models, for Alembic and the shell: one import per feature, one a line."""

from app.auth.models import Role, User, UserSession
{%- if cookiecutter.__posts %}
from app.posts.models import Post
{%- endif %}
