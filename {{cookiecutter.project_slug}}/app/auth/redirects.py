"""Where to go after signing in: never to another site."""

import re

from flask import request, url_for

LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f\x7f]*")


def is_local(target: str) -> bool:
    """Say whether `target` is a path on this site.

    One leading slash, no second one, no backslash, white space or control character: browsers
    read `//host`, `/\\host` and `/<tab>/host` as another site (OWASP Unvalidated Redirects).
    """
    return LOCAL_PATH.fullmatch(target) is not None and target.isprintable()


def next_url(default: str = "main.dashboard") -> str:
    """Return the `next` of the query string where it is local, or the URL of `default`."""
    target = request.args.get("next", "")
    return target if is_local(target) else url_for(default)
