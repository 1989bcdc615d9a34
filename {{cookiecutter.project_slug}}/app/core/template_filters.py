"""How pages write a date: all alike, and each only once."""

from datetime import date, datetime
from functools import lru_cache

from flask import Flask
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Add the filter `day` to the templates of `app`."""
    app.add_template_filter(day)


def day(moment: datetime, *, long: bool = False) -> Markup:
    """Return the day of `moment` as a <time> element: "2 Jan 2026", or "2 January 2026" if `long`."""
    return _element(moment.date(), long)


@lru_cache(maxsize=1024)
def _element(day: date, long: bool) -> Markup:
    month = f"{day:%B}" if long else f"{day:%b}"
    return Markup('<time datetime="{}">{} {} {}</time>').format(day, day.day, month, day.year)
