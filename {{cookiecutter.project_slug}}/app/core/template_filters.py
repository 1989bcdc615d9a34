"""Filters for dates, times and XML texts in templates."""

import re
from datetime import date, datetime
from functools import lru_cache

from flask import Flask
from markupsafe import Markup

# Characters that XML 1.0 does not allow, even escaped (section 2.2).
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def init_app(app: Flask) -> None:
    """Add the filters to the templates of `app`."""
    app.add_template_filter(day)
    app.add_template_filter(moment)
    app.add_template_filter(xml_text)


@lru_cache(maxsize=1024)  # lists show the same times on every request
def day(when: datetime, *, long: bool = False) -> Markup:
    """Return the day of `when` as a <time> element: "2 Jan 2026", or "2 January 2026" if `long`.

    The day is in UTC; app.js replaces it by the day in the time zone of the browser.
    """
    return _element(when, "day-long" if long else "day", _day(when.date(), long))


def moment(when: datetime) -> Markup:
    """Return the day and time of `when` as a <time> element: "2 January 2026, 23:59 UTC".

    app.js replaces it by the time in the time zone of the browser.
    """
    return _element(when, "moment", f"{_day(when.date(), True)}, {when:%H:%M} UTC")


def xml_text(text: str) -> str:
    """Return `text` without the characters that XML does not allow."""
    return NOT_IN_XML.sub("", text)


def _element(when: datetime, kind: str, words: str) -> Markup:
    # No part of it is user input, so nothing is escaped.
    stamp = f"{when:%Y-%m-%dT%H:%M:%SZ}"
    return Markup(f'<time datetime="{stamp}" data-local="{kind}">{words}</time>')  # noqa: S704


def _day(day: date, long: bool) -> str:
    month = f"{day:%B}" if long else f"{day:%b}"
    return f"{day.day} {month} {day.year}"
