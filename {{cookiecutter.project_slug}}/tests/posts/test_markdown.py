"""Markdown: safe, readable HTML of bounded size."""

import pytest

from app.posts.markdown import LONGEST_HTML, to_html
from app.posts.models import LONGEST_BODY, Post


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One", "<h2>One</h2>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](https://b.example)", 'rel="nofollow noopener noreferrer ugc"'),
        ("![a](https://b.example/c.png)", '<a href="https://b.example/c.png" rel='),
        ("![a](//b.example/c.png)", '<a href="//b.example/c.png" rel='),
        ("![](https://b.example/c.png)", ">https://b.example/c.png</a>"),
        ('![a"><script>](https://b.example/"><script>)', "&lt;script&gt;"),
        ("![a](/static/c.png)", 'src="/static/c.png"'),
        ("see https://b.example/c?d=1&e now", '<a href="https://b.example/c?d=1&amp;e" rel='),
        ("(https://b.example/c).", '(<a href="https://b.example/c" rel='),
        ("https://b.example/c_(d)", '<a href="https://b.example/c_(d)" rel='),
        ("[https://b.example](/c)", '<a href="/c" rel='),
        ("javascript://b.example", "<p>javascript://b.example</p>"),
        ("https://b.example/*c*d", '<a href="https://b.example/" rel='),
        ("<https://b.example>", '<a href="https://b.example" rel='),
        ("read example.com or a@b.example", "<p>read example.com or a@b.example</p>"),
        ("`https://b.example`", "<code>https://b.example</code>"),
        ("|a|\n|-|\n|b|", "<td>b</td>"),
        ("~~a~~", "<s>a</s>"),
        ("- عربي", '<ul dir="auto">'),
        ("> עברית", '<blockquote dir="auto">'),
        ("- latin", "<ul>"),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert html in to_html(text)


@pytest.mark.parametrize(
    "text",
    [
        "[a]: /" + "x" * 20_000 + "\n" + "[a]" * 9_000,
        "|" * 500 + "\n" + "|-" * 500 + "|\n" + "|\n" * 20_000,
        "|a|" * 16_000,
        "![](b)" * 8_000,
        "[](b)" * 9_000,
        "http://a.b " * 4_500,
        "[](http://a.b/" + "🎉" * 40_000 + ")",
        "> " * 25_000,
        "- " * 25_000,
        "*a*" * 16_000,
        "*a_" * 16_000,
        "[" * 50_000,
        "`" * 25_000 + "a" * 25_000,
        "<" * 50_000,
        "&" * 50_000,
        '"' * 50_000,
        "://" * 16_000,
        "http://a.b/?" * 4_000,
        "http://a.b/[(" * 4_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_no_text_makes_a_huge_page(text: str) -> None:
    assert len(to_html(text[:LONGEST_BODY]).encode()) <= LONGEST_HTML


def test_the_html_is_rendered_when_the_text_is_set() -> None:
    post = Post(title="A", body="Some *text*.")
    assert post.body_html == "<p>Some <em>text</em>.</p>\n"
    post.body = "New."
    assert post.body_html == "<p>New.</p>\n"
