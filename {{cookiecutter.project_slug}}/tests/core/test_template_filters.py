"""The filters of templates."""

from datetime import UTC, datetime

from app.core.template_filters import day, moment


def test_dates_are_readable_and_machine_readable() -> None:
    when = datetime(2026, 1, 2, 23, 59, tzinfo=UTC)
    start = '<time datetime="2026-01-02T23:59:00Z" data-local='
    assert day(when) == f'{start}"day">2 Jan 2026</time>'
    assert day(when, long=True) == f'{start}"day-long">2 January 2026</time>'
    assert moment(when) == f'{start}"moment">2 January 2026, 23:59 UTC</time>'
