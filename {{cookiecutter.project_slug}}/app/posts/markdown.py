"""Markdown to safe HTML.

A text is rendered once, when it is saved; see `Post.body_html`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup

# fmt: off
TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}
# fmt: on
DIRECTED = ("blockquote", "ol", "table", "ul")
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start", "dir"},
} | {tag: {"dir"} for tag in DIRECTED if tag != "ol"}

# The HTML of some texts is 100 times as long: tables with missing cells, links with long URLs.
LONGEST_HTML = 700_000
# Hebrew, Arabic and other scripts that are written from right to left.
RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

# Without "reference": one definition of 25 kB, used 8,000 times, makes a page of 100 MB.
_markdown = (
    MarkdownIt("commonmark", {"html": False})
    .enable(["table", "strikethrough"])
    .disable("reference")
)

# A URL in the text, without the punctuation after it. The rule "linkify" of markdown-it takes
# seconds for some texts; this pattern takes linear time.
ADDRESS = re.compile(r"""https?://[^\s<>]*[^\s<>.,;:!?'"()\[\]{}*_]""")


def to_html(text: str) -> Markup:
    """Return the HTML of `text`, which is CommonMark with tables and strikethrough.

    Only the elements in `TAGS` remain (OWASP cheat sheet "Cross Site Scripting Prevention").
    Headings start at the second level, because the page has the first. Images must be on this
    site, because the content security policy blocks others; other images become links. If the
    HTML has more than `LONGEST_HTML` characters, it returns the plain text instead.
    """
    environment: dict[str, Any] = {}
    tokens = _markdown.parse(text, environment)
    if RIGHT_TO_LEFT.search(text):
        add_directions(tokens)
    html = _markdown.renderer.render(tokens, _markdown.options, environment)
    if len(html) > LONGEST_HTML:
        return as_plain_text(text)
    clean = nh3.clean(
        html.replace("<h1>", "<h2>").replace("</h1>", "</h2>"),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer ugc",
    )
    return as_plain_text(text) if len(clean) > LONGEST_HTML else Markup(clean)  # noqa: S704


def as_plain_text(text: str) -> Markup:
    """Return `text` as one preformatted element."""
    return Markup("<pre>{}</pre>").format(text)


def add_directions(tokens: Sequence[Token]) -> None:
    """Give lists, quotations and tables the writing direction of their first letter."""
    for token in tokens:
        if token.nesting == 1 and token.tag in DIRECTED:
            token.attrSet("dir", "auto")


def render_image(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, environment: Any
) -> str:
    """Return an <img> for an image on this site, and a link to any other image."""
    token = tokens[index]
    source = str(token.attrGet("src"))
    if is_local(source):
        return renderer.image(tokens, index, options, environment)
    alternative = renderer.renderInlineAsText(token.children or [], options, environment)
    return Markup('<a href="{}">{}</a>').format(source, alternative or source)


def is_local(source: str) -> bool:
    """Return whether the URL of an image is a path on this site."""
    return source.startswith("/") and not source.startswith(("//", "/\\"))


def link_addresses(state: StateCore) -> None:
    """Turn the URLs in the text into links."""
    for block in state.tokens:
        if block.type == "inline" and "://" in block.content:
            block.children = list(_with_links(block.children or []))


def _with_links(tokens: Sequence[Token]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            depth += token.nesting
        if token.type == "text" and depth == 0:
            yield from _split(token.content)
        else:
            yield token


def _split(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`, with links for the URLs in it."""
    done = 0
    for found in ADDRESS.finditer(text):
        address, end = found[0], found.end()
        if text[end : end + 1] == ")" and "(" in address:
            address, end = f"{address})", end + 1
        yield Token("text", "", 0, content=text[done : found.start()])
        yield Token("link_open", "a", 1, attrs={"href": _markdown.normalizeLink(address)})
        yield Token("text", "", 0, content=address)
        yield Token("link_close", "a", -1)
        done = end
    yield Token("text", "", 0, content=text[done:])


_markdown.add_render_rule("image", render_image)
_markdown.core.ruler.push("addresses", link_addresses)
