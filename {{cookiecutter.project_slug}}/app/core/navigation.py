"""What the features add to shared pages: menu entries, sections, sitemap URLs and feeds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from flask import Flask, current_app, request, url_for
from flask.sansio.app import App
from markupsafe import Markup


@dataclass(frozen=True)
class Entry:
    """A link in the menu; `place` is "main" or "account"."""

    label: str
    endpoint: str
    place: str
    order: int


@dataclass(frozen=True)
class Section:
    """A part of a shared page; `place` is "home" or "dashboard", `render` returns its HTML."""

    render: Callable[[], str]
    place: str
    order: int


@dataclass(frozen=True)
class SitemapEntry:
    """A public page for the sitemap: its path, and when its content last changed (None: unknown)."""

    path: str
    changed: datetime | None = None


SitemapSource = Callable[[], Iterable[SitemapEntry]]


@dataclass(frozen=True)
class Feed:
    """An Atom feed: its name, and the endpoint that returns it."""

    label: str
    endpoint: str


@dataclass
class Navigation:
    """Everything that the features of one application have registered."""

    entries: list[Entry] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    sitemap_sources: list[SitemapSource] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)


def init_app(app: Flask) -> None:
    """Add the functions that return menu entries, sections and feeds to the templates of `app`."""
    app.extensions["navigation"] = Navigation()
    app.add_template_global(entries, "navigation_entries")
    app.add_template_global(sections, "page_sections")
    app.add_template_global(feeds, "site_feeds")
    app.add_template_global(canonical_url)


def add_menu_entry(
    app: App, label: str, endpoint: str, *, place: str = "main", order: int = 50
) -> None:
    """Add a link to a menu."""
    app.extensions["navigation"].entries.append(Entry(label, endpoint, place, order))


def add_page_section(app: App, render: Callable[[], str], *, place: str, order: int = 50) -> None:
    """Add a section to the home page or the dashboard.

    `render` is called each time the page is shown.
    """
    app.extensions["navigation"].sections.append(Section(render, place, order))


def add_sitemap_source(app: App, source: SitemapSource) -> None:
    """Add the public pages that `source` returns to the sitemap."""
    app.extensions["navigation"].sitemap_sources.append(source)


def add_feed(app: App, label: str, endpoint: str) -> None:
    """Add a link to an Atom feed to every page."""
    app.extensions["navigation"].feeds.append(Feed(label, endpoint))


def entries(place: str) -> list[Entry]:
    """Return the links of a menu, in order."""
    found = [entry for entry in _registered().entries if entry.place == place]
    return sorted(found, key=attrgetter("order"))


def sections(place: str) -> list[Markup]:
    """Return the rendered parts of a shared page, in order."""
    found = [section for section in _registered().sections if section.place == place]
    # Each section is the output of a template, which has escaped the input of users.
    return [Markup(part.render()) for part in sorted(found, key=attrgetter("order"))]  # noqa: S704


def sitemap() -> Iterator[SitemapEntry]:
    """Yield the public pages of all features."""
    for source in _registered().sitemap_sources:
        yield from source()


def feeds() -> list[Feed]:
    """Return the feeds of all features."""
    return _registered().feeds


def canonical_url() -> str:
    """Return the absolute URL of this page.

    Of the query string it keeps only the pagination cursors.
    """
    cursors = {name: request.args[name] for name in ("after", "before") if name in request.args}
    return url_for(
        request.endpoint or "main.home", _external=True, **(request.view_args or {}), **cursors
    )


def _registered() -> Navigation:
    registered: Navigation = current_app.extensions["navigation"]
    return registered
