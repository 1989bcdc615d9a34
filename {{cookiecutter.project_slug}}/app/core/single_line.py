"""Rules for names and titles: one line of visible text.

Source: Unicode Technical Report 36, sections 2.4 and 2.8; OWASP Input Validation cheat sheet.
"""

import re

# Control characters (terminal escape codes start with one), line and paragraph separators, and the
# characters that reverse the direction of the text around them.
CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
# Characters that show nothing: zero-width ones, fillers and variation selectors.
INVISIBLE = r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2065"
INVISIBLE += r"\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"

PATTERN = rf"^[^{CONTROLS}]*[^\s{CONTROLS}{INVISIBLE}][^{CONTROLS}]*$"

_controls = re.compile(f"[{CONTROLS}]")
_visible = re.compile(rf"[^\s{CONTROLS}{INVISIBLE}]")


def validation_error(text: str) -> str | None:
    """Return why `text` cannot be a name or title, as a sentence, or None if it can."""
    if _controls.search(text):
        return "Use one line without control characters."
    if not _visible.search(text):
        return "Use at least one visible character."
    return None


def printable(text: str) -> str:
    """Return `text` with a replacement character for each one that a terminal may interpret."""
    return _controls.sub("\N{REPLACEMENT CHARACTER}", text)
