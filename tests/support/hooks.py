"""The hooks as Python modules, rendered the way cookiecutter renders them."""

import json
import types
from functools import cache
from pathlib import Path

from cookiecutter.utils import create_env_with_context

from tests.support.baking import TEMPLATE


def answers_for_hooks(**answers: str) -> dict[str, object]:
    """Return the default answers, changed by `answers`, with the values derived from them."""
    from cookiecutter.prompt import prompt_for_config

    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text("utf-8"))
    for question, answer in answers.items():
        questions[question] = answer
    context: dict[str, object] = dict(prompt_for_config({"cookiecutter": questions}, no_input=True))
    return context


def rendered(name: str, **answers: str) -> str:
    """Return the source of the hook `name` for `answers`."""
    context = {"cookiecutter": answers_for_hooks(**answers)}
    source = (TEMPLATE / "hooks" / f"{name}.py").read_text("utf-8")
    text: str = create_env_with_context(context).from_string(source).render(**context)
    return text


@cache
def hook(name: str) -> types.ModuleType:
    """Return the hook `name` as a module, without running it."""
    module = types.ModuleType(name)
    module.__file__ = str(Path("hooks", f"{name}.py"))
    exec(compile(rendered(name), module.__file__, "exec"), module.__dict__)  # noqa: S102
    return module


def template_functions() -> types.ModuleType:
    """Return the module of the template's Jinja filters."""
    path = TEMPLATE / "local_extensions.py"
    module = types.ModuleType("local_extensions")
    module.__file__ = str(path)
    exec(compile(path.read_bytes(), path, "exec"), module.__dict__)  # noqa: S102
    return module
