"""The target of the redirect after login: a page of this site only."""

import re

from flask import request, url_for

LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


def is_local(target: str) -> bool:
    """Return whether `target` is a path of this site.

    A path starts with exactly one slash and has no backslash, white space or control character.
    Browsers take `//host`, `/\\host` and `/<tab>/host` for another site (OWASP cheat sheet
    "Unvalidated Redirects and Forwards").
    """
    return LOCAL_PATH.fullmatch(target) is not None and target.isprintable()


def next_url(default: str = "main.dashboard") -> str:
    """Return `next` of the query string if it is local, else the URL of endpoint `default`."""
    target = request.args.get("next", "")
    return target if is_local(target) else url_for(default)
