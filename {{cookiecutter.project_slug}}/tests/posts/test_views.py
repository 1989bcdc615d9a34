"""The pages of posts."""

import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, event, select

from app.auth.models import Role
from app.extensions import db
from app.posts.models import Post, post_words
from tests.posts.factories import create_post, create_posts
from tests.support.factories import create_user
from tests.support.web import LogIn

FORM = {"title": "Hello, world", "summary": "Short.", "body": "Some *text*.", "publish": "y"}


def titles(html: str) -> list[str]:
    """Return the titles of the posts on a page, in order."""
    return re.findall(r">\s*(Post \d+)\s*<", html)


def link(html: str, rel: str) -> str:
    """Return the query string of the link with that relation, or an empty text."""
    found = re.search(rf'<a\b(?=[^>]*rel="{rel}")[^>]*href="(\?[^"#]+)', html)
    return found[1].replace("&amp;", "&") if found else ""


def test_the_list_can_be_paged_forwards_and_backwards(client: FlaskClient) -> None:
    path = "/posts/"
    create_posts(create_user(), 45)
    first = client.get(path).text
    assert titles(first) == [f"Post {number}" for number in range(20)]
    assert link(first, "prev") == ""
    second = client.get(path + link(first, "next")).text
    third = client.get(path + link(second, "next")).text
    assert titles(second) + titles(third) == [f"Post {number}" for number in range(20, 45)]
    assert link(third, "next") == ""
    assert titles(client.get(path + link(third, "prev")).text) == titles(second)
    assert titles(client.get(path + link(second, "prev")).text) == titles(first)
    assert link(client.get(path + link(second, "prev")).text, "prev") == ""


def test_the_home_page_shows_the_latest_five(client: FlaskClient) -> None:
    create_posts(create_user(), 12)
    page = client.get("/").text
    assert titles(page) == [f"Post {number}" for number in range(5)]
    assert 'href="/posts/">All posts</a>' in page


def test_the_posts_of_an_author_have_a_page(client: FlaskClient) -> None:
    author, other = create_user(name="Grace"), create_user()
    create_posts(author, 25)
    create_post(author, title="Post 99", published=False)
    create_post(other, title="Post 77")
    page = client.get(f"/posts/by/{author.id}").text
    assert "Posts by" in page
    assert "Grace" in page
    assert titles(page) == [f"Post {number}" for number in range(20)]
    assert len(titles(client.get(f"/posts/by/{author.id}" + link(page, "next")).text)) == 5
    assert client.get(f"/posts/by/{create_user().id}").status_code == 404
    assert client.get("/posts/by/999999").status_code == 404
    post = create_post(author, title="Post 98")
    assert f'href="/posts/by/{author.id}"' in client.get(f"/posts/{post.id}-post-98").text


def test_the_feed_holds_the_newest_posts(client: FlaskClient) -> None:
    author = create_user(name="Grace & Co")
    create_posts(author, 25)
    create_post(author, title="Post 99", published=False)
    create_post(author, title="A <b> & \x0b 你好")
    response = client.get("/posts/feed.xml")
    assert response.mimetype == "application/atom+xml"
    feed = ET.fromstring(response.text)  # noqa: S314 - the XML of this application
    entries = feed.findall("{*}entry")
    assert len(entries) == 20
    assert entries[0].findtext("{*}title") == "A <b> &  你好"
    assert entries[0].findtext("{*}author/{*}name") == "Grace & Co"
    for entry in (entries[0], entries[-1]):
        address = entry.find("{*}link")
        assert address is not None
        assert client.get(address.attrib["href"]).status_code == 200
    assert 'type="application/atom+xml"' in client.get("/").text


def test_the_feed_of_an_empty_site_is_valid(client: FlaskClient) -> None:
    assert ET.fromstring(client.get("/posts/feed.xml").text).findtext("{*}updated")  # noqa: S314 - as above


def test_the_sitemap_lists_published_posts(client: FlaskClient) -> None:
    author = create_user()
    post = create_post(author, title="你好")
    create_post(author, title="Secret", published=False)
    sitemap = client.get("/sitemap.xml").text
    assert f"/posts/{post.id}-%E4%BD%A0%E5%A5%BD</loc><lastmod>" in sitemap
    assert "secret" not in sitemap


def test_posts_of_the_same_moment_are_all_listed_once(client: FlaskClient) -> None:
    posts = create_posts(create_user(), 45)
    for post in posts:
        post.published_at = posts[0].published_at
    db.session.commit()
    found, address = [], "/posts/"
    while address:
        html = client.get(address).text
        found += titles(html)
        address = "/posts/" + query if (query := link(html, "next")) else ""
    assert sorted(found) == sorted(post.title for post in posts)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ünïcode",
        "bnVsbA",
        "W10",
        "WzEsMV0",
        "WyJ4IiwxXQ",
        "WyIyMDI2LTAxLTAxIiwgMS41XQ",
        "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwxXQ",
    ],
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_invalid_cursors_are_not_found(client: FlaskClient, name: str, cursor: str) -> None:
    response = client.get("/posts/", query_string={name: cursor})
    assert response.status_code == 404


def found(client: FlaskClient, words: str) -> list[str]:
    """Return the titles of the posts that a search finds."""
    return titles(client.get("/posts/", query_string={"q": words}).text)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("post 30 demo", ["Post 30"]),
        ("DÉMO", ["Post 31"]),
        ("demo", ["Post 30"]),
        ("straße", ["Post 32"]),
        ("STRASSE", ["Post 32"]),
        ("quick", ["Post 30", "Post 32"]),
        ("ickn", []),
        ("界世", ["Post 33"]),
        ("post", ["Post 30", "Post 31", "Post 32", "Post 33"]),
        ("post demo missing", []),
        ("hidden", []),
        ("%", []),
        ("' OR '1'='1", []),
        ("draft", []),
    ],
)
def test_search_finds_posts_with_every_word_in_title_or_summary_in_any_case(
    client: FlaskClient, words: str, expected: list[str]
) -> None:
    author = create_user()
    for title, summary in (
        ("Post 30", "A demo of quickness."),
        ("Post 31", "Une De\u0301mo"),
        ("Post 32", "Quick through the Straße"),
        ("Post 33", "你好 世界"),
    ):
        post = create_post(author, title=title, body="hidden words")
        post.summary = summary
    create_post(author, title="Post 34 draft", published=False)
    db.session.commit()
    assert sorted(found(client, words)) == expected


def test_search_follows_changes(client: FlaskClient, log_in: LogIn) -> None:
    author = create_user()
    post, browser = create_post(author, title="Post 1"), log_in(author)
    assert found(client, "post 1") == ["Post 1"]
    browser.post(f"/posts/{post.id}/edit", data=FORM | {"title": "Post 2"})
    assert (found(client, "post 1"), found(client, "post 2")) == ([], ["Post 2"])
    browser.post(f"/posts/{post.id}/delete")
    assert found(client, "post 2") == []
    assert db.session.execute(select(post_words)).all() == []


def test_a_post_is_written_read_changed_and_deleted(client: FlaskClient, log_in: LogIn) -> None:
    author = create_user(name="Ann")
    browser = log_in(author)
    address = browser.post("/posts/new", data=FORM).location
    assert re.fullmatch(r"/posts/\d+-hello-world", address)
    page = client.get(address).text
    assert "Hello, world" in page
    assert "<em>text</em>" in page
    assert "Ann" in page
    post = db.session.scalars(select(Post)).one()
    moved = browser.post(f"/posts/{post.id}/edit", data=FORM | {"title": "Bye"}).location
    assert moved == f"/posts/{post.id}-bye"
    assert client.get(address).location == moved
    assert client.get(f"/posts/{post.id}").location == moved
    assert browser.get(f"/posts/{post.id}/delete").status_code == 200
    assert browser.post(f"/posts/{post.id}/delete").location == "/posts/mine"
    assert client.get(moved).status_code == 404


def test_the_form_shows_the_stored_values(log_in: LogIn) -> None:
    author = create_user()
    post = create_post(author, title="A <b> title", body="</textarea> & more")
    page = log_in(author).get(f"/posts/{post.id}/edit").text
    assert "A &lt;b&gt; title" in page
    assert "&lt;/textarea&gt; &amp; more" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "t" * 161),
        ("summary", "s" * 301),
        ("body", ""),
        ("body", "b" * 50_001),
    ],
)
def test_the_form_refuses(log_in: LogIn, field: str, value: str) -> None:
    response = log_in(create_user()).post("/posts/new", data=FORM | {field: value})
    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.text
    assert db.session.scalars(select(Post)).all() == []


def test_drafts_are_seen_by_their_authors_and_administrators_only(
    client: FlaskClient, log_in: LogIn
) -> None:
    author = create_user()
    post = create_post(author, title="Secret plan", published=False)
    address = f"/posts/{post.id}-secret-plan"
    other, admin = create_user(), create_user(role=Role.ADMIN)
    assert client.get(address).status_code == 404
    assert log_in(other).get(address).status_code == 404
    assert log_in(other).get(f"/posts/{post.id}/edit").status_code == 404
    assert log_in(admin).get(address).status_code == 200
    assert log_in(author).get(address).status_code == 200
    for path in ("/", "/posts/", "/posts/?q=secret"):
        assert "Secret plan" not in log_in(author).get(path).text
    assert "Secret plan" in log_in(author).get("/posts/mine").text
    assert "Secret plan" in log_in(author).get("/dashboard").text


@pytest.mark.parametrize("verb", ["edit", "delete"])
def test_only_the_author_and_administrators_may_change_a_post(
    client: FlaskClient, log_in: LogIn, verb: str
) -> None:
    post = create_post(create_user())
    address = f"/posts/{post.id}/{verb}"
    assert client.get(address).location.startswith("/login?")
    assert client.post(address).location.startswith("/login?")
    assert client.post(address, data=FORM).status_code == 401
    assert log_in(create_user()).post(address, data=FORM).status_code == 403
    assert log_in(create_user()).get(address).status_code == 403
    assert log_in(create_user(role=Role.ADMIN)).post(address, data=FORM).status_code == 302


def test_publishing_again_keeps_the_time_and_withdrawing_removes_it(log_in: LogIn) -> None:
    author = create_user()
    post = create_posts(author, 1)[0]
    first = post.published_at
    browser = log_in(author)
    browser.post(f"/posts/{post.id}/edit", data=FORM)
    assert post.published_at == first
    browser.post(f"/posts/{post.id}/edit", data={**FORM, "publish": "", "draft": "y"})
    assert post.published_at is None


def test_lists_take_one_query_however_long_they_are(
    client: FlaskClient, log_in: LogIn, statements: list[str]
) -> None:
    author = create_user()
    create_posts(author, 3)
    member = log_in(author)
    counts = []
    for number in (0, 30):
        create_posts(author, number)
        for browser, path in (
            (client, "/"),
            (client, "/posts/"),
            (member, "/"),
            (member, "/dashboard"),
        ):
            statements.clear()
            assert browser.get(path).status_code == 200
            counts.append(len([text for text in statements if text.startswith("SELECT")]))
    assert counts == [1, 1, 2, 2] * 2


def test_a_post_page_takes_one_query(client: FlaskClient, statements: list[str]) -> None:
    post = create_post(create_user())
    address = f"/posts/{post.id}-{post.slug}"
    statements.clear()
    client.get(address)
    assert len(statements) == 1


def test_writing_is_limited_by_account(log_in: LogIn) -> None:
    browser, colleague = log_in(create_user()), log_in(create_user())
    statuses = [
        browser.post(
            "/posts/new", data={}, environ_base={"REMOTE_ADDR": f"198.51.100.{number}"}
        ).status_code
        for number in range(61)
    ]
    assert statuses == [200] * 60 + [429]
    office = {"REMOTE_ADDR": "198.51.100.60"}
    assert browser.post("/posts/new", data={}, environ_base=office).status_code == 429
    assert colleague.post("/posts/new", data={}, environ_base=office).status_code == 200


def test_post_that_is_deleted_during_an_edit_is_a_conflict(log_in: LogIn) -> None:
    author = create_user()
    post, browser = create_post(author), log_in(author)

    def lose_the_race(*_: object) -> None:
        with db.engine.begin() as elsewhere:
            elsewhere.execute(delete(Post))

    event.listen(db.session, "before_flush", lose_the_race, once=True)
    response = browser.post(f"/posts/{post.id}/edit", data=FORM)
    assert response.status_code == 409
    assert "deleted this in the meantime" in response.text
