"""Markdown to safe HTML."""

import pytest

from app.posts.markdown import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# One", "<h2>One</h2>"),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](https://b.example)", 'rel="nofollow noopener noreferrer ugc"'),
        ("![a](https://b.example/c.png)", '<img alt="a">'),
        ("![a](//b.example/c.png)", '<img alt="a">'),
        ("![a](/static/c.png)", 'src="/static/c.png"'),
        ("|a|\n|-|\n|b|", "<td>b</td>"),
        ("~~a~~", "<s>a</s>"),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str) -> None:
    assert html in to_html(text)
