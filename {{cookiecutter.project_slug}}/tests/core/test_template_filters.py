"""The filters of templates."""

from datetime import UTC, datetime

from app.core.template_filters import day


def test_dates_are_readable_and_machine_readable() -> None:
    moment = datetime(2026, 1, 2, 23, 59, tzinfo=UTC)
    assert day(moment) == '<time datetime="2026-01-02">2 Jan 2026</time>'
    assert day(moment, long=True) == '<time datetime="2026-01-02">2 January 2026</time>'
