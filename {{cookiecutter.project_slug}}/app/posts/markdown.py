"""Markdown to safe HTML."""

import nh3
from markdown_it import MarkdownIt

# fmt: off
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def to_html(text: str) -> str:
    """Return the HTML of `text`, which is CommonMark with tables and strikethrough.

    Only the elements in `TAGS` remain (OWASP cheat sheet "Cross Site Scripting Prevention").
    Headings start at the second level, because the page has the first. Images must be on this
    site, because the content security policy blocks others.
    """
    html = _markdown.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_keep_local_pictures,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
    )


def _keep_local_pictures(tag: str, attribute: str, value: str) -> str | None:
    local = value.startswith("/") and not value.startswith(("//", "/\\"))
    return value if (tag, attribute) != ("img", "src") or local else None
