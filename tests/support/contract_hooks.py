"""Hooks of Schemathesis: `SCHEMATHESIS_HOOKS` names this module."""

from typing import Any

import schemathesis


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, object]
) -> None:
    """Replace a password of one repeated character, which the API refuses as too common.

    A JSON Schema cannot say which passwords are common. The new password has the length of the old
    one, so it is as valid as that.
    """
    body = case.body if isinstance(case.body, dict) else {}
    password = body.get("password")
    if isinstance(password, str) and len(password) >= 10 and len(set(password)) == 1:
        body["password"] = ("correcthorsebatterystaple" * 200)[: len(password)]
