"""The model of posts."""

import pytest

from app.posts.models import Post


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Hello, World!", "hello-world"), ("你好 世界", "你好-世界"), ("🎉", "post"), ("Ünï", "ünï")],
)
def test_slugs_keep_letters_of_every_script(title: str, slug: str) -> None:
    assert Post(title=title).slug == slug
