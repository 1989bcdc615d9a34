"""Private names of libraries that the application relies on; `pyproject.toml` limits the versions.

When one of these tests fails after an update, read the class that overrides the name.
"""

{% if cookiecutter.__web %}import inspect

{% endif %}from flask_limiter import Limiter
{%- if cookiecutter.__web %}
from flask_login import LoginManager
{%- endif %}


def test_flask_limiter_has_the_names_that_the_rate_limits_override() -> None:
    assert callable(Limiter._check_request_limit)
    manager = Limiter(key_func=str).limit_manager
    assert not manager.application_limits
    assert not manager.default_limits
    assert not manager._blueprint_limits
{%- if cookiecutter.__web %}


def test_flask_login_has_the_names_that_the_login_manager_overrides() -> None:
    assert callable(LoginManager._update_remember_cookie)
    assert callable(LoginManager._clear_cookie)
    assert '"_remember"' in inspect.getsource(LoginManager._update_remember_cookie)
    assert '"_user_id"' in inspect.getsource(LoginManager._load_user)
    assert callable(LoginManager._load_user_from_remember_cookie)
    source = inspect.getsource(LoginManager._update_request_context_with_user)
    assert "g._login_user = user" in source
{%- endif %}
