"""Editing posts: drafts, publishing, previews, conflicts, and forms that are sent twice."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.auth.models import Role
from app.extensions import db
from app.posts.models import Post
from tests.posts.factories import create_post
from tests.support.factories import PASSWORD, create_user
from tests.support.web import LogIn, csrf_token

FORM = {"title": "Hello", "summary": "Short.", "body": "Some *text*."}


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field of the page's form."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', html)
    assert found, f"The page has no field {name}."
    return found[1]


def stored() -> list[Post]:
    """Return the posts in the database, oldest first."""
    return list(db.session.scalars(select(Post).order_by(Post.id)))


@pytest.mark.parametrize(
    ("button", "published", "message"),
    [
        ("draft", False, "Saved as a draft: only you and administrators see it."),
        ("publish", True, "Published."),
        ("", False, "Saved as a draft"),
    ],
)
def test_the_button_decides_whether_the_post_is_public(
    log_in: LogIn, button: str, published: bool, message: str
) -> None:
    response = log_in(create_user()).post(
        "/posts/new", data=FORM | {button: "y"}, follow_redirects=True
    )
    assert message in response.text
    assert [post.published for post in stored()] == [published]


@pytest.mark.parametrize(
    ("published", "button", "message"),
    [
        (True, "publish", "The changes are saved."),
        (True, "draft", "Unpublished: the post is a draft again."),
        (True, "", "The changes are saved."),
        (False, "publish", "Published."),
        (False, "draft", "Saved as a draft"),
    ],
)
def test_the_message_says_what_a_change_did(
    log_in: LogIn, published: bool, button: str, message: str
) -> None:
    author = create_user()
    post = create_post(author, published=published)
    address = f"/posts/{post.id}/edit"
    response = log_in(author).post(address, data=FORM | {button: "y"}, follow_redirects=True)
    assert message in response.text
    assert post.published == (published if not button else button == "publish")


def test_the_buttons_of_the_editor_depend_on_the_state_of_the_post(log_in: LogIn) -> None:
    author = create_user()
    browser = log_in(author)
    public, draft = create_post(author), create_post(author, published=False)
    page = browser.get(f"/posts/{public.id}/edit").text
    buttons = re.findall(r'<button[^>]*name="(\w+)" value="y">([^<]+)<', page)
    assert buttons == [
        ("publish", "Save"),
        ("draft", "Unpublish"),
        ("preview", "Preview"),
    ]
    assert f'href="/posts/{public.id}-a-title">View post</a>' in page
    page = browser.get(f"/posts/{draft.id}/edit").text
    assert re.findall(r'name="(\w+)" value="y"', page)[0] == "draft"


def test_a_preview_shows_the_text_and_stores_nothing(log_in: LogIn) -> None:
    author = create_user()
    post, browser = create_post(author), log_in(author)
    for path in ("/posts/new", f"/posts/{post.id}/edit"):
        page = browser.post(path, data=FORM | {"preview": "y"}).text
        assert "Preview: not saved yet" in page
        assert "<em>text</em>" in page
        assert ">Some *text*.</textarea>" in page.replace("\r\n", "")
    assert [each.title for each in stored()] == ["A title"]
    refused = browser.post("/posts/new", data=FORM | {"title": "", "preview": "y"}).text
    assert "Enter a title." in refused
    assert "Preview: not saved yet" not in refused


def test_previews_have_a_rate_limit_of_their_own(log_in: LogIn) -> None:
    browser = log_in(create_user())
    data = FORM | {"preview": "y"}
    responses = [browser.post("/posts/new", data=data).status_code for _ in range(31)]
    assert responses == [200] * 30 + [429]
    assert browser.post("/posts/new", data=FORM).status_code == 302


def test_a_form_that_is_sent_three_times_makes_one_post(log_in: LogIn) -> None:
    browser = log_in(create_user())
    form = FORM | {"form_id": hidden(browser.get("/posts/new").text, "form_id"), "publish": "y"}
    responses = [browser.post("/posts/new", data=form) for _ in range(3)]
    assert len({response.location for response in responses}) == 1
    assert len(stored()) == 1
    # The user went back, changed the form and saved it again: that is another post.
    browser.post("/posts/new", data=form | {"title": "Another"})
    # A new form with the same text is another post, too.
    form["form_id"] = hidden(browser.get("/posts/new").text, "form_id")
    browser.post("/posts/new", data=form)
    assert [post.title for post in stored()] == ["Hello", "Another", "Hello"]


def test_two_people_may_send_the_same_form_id(log_in: LogIn) -> None:
    for _ in range(2):
        browser = log_in(create_user())
        assert browser.post("/posts/new", data=FORM | {"form_id": "same"}).status_code == 302
    assert len(stored()) == 2


def test_a_change_by_somebody_else_is_not_overwritten(log_in: LogIn) -> None:
    author = create_user()
    post = create_post(author, body="The first text")
    mine, theirs = log_in(author), log_in(create_user(role=Role.ADMIN))
    address = f"/posts/{post.id}/edit"
    seen = {"version": hidden(mine.get(address).text, "version")}
    assert theirs.post(address, data=FORM | seen | {"body": "Their text"}).status_code == 302
    conflict = mine.post(address, data=FORM | seen | {"body": "My text", "publish": "y"})
    assert conflict.status_code == 409
    assert "Somebody else saved this post in the meantime" in conflict.text
    assert "Their text</dd>" in conflict.text
    assert re.search(r"My text</textarea>", conflict.text)
    assert post.body == "Their text"
    seen["version"] = hidden(conflict.text, "version")
    assert mine.post(address, data=FORM | seen | {"body": "My text"}).status_code == 302
    assert post.body == "My text"


def test_the_browser_deletes_its_copy_when_the_form_is_saved(log_in: LogIn) -> None:
    browser = log_in(create_user())
    page = browser.get("/posts/new").text
    assert re.search(r'<form method="post"[^>]* data-keep="\d+">', page)
    saved = browser.post("/posts/new", data=FORM, follow_redirects=True).text
    assert 'data-saved-form="/posts/new"' in saved
    refused = browser.post("/posts/new", data=FORM | {"title": ""}).text
    assert "data-unsaved" in refused
    assert "data-saved-form" not in refused


def test_the_error_page_names_the_users_who_may_change_a_post(log_in: LogIn) -> None:
    post = create_post(create_user(name="Grace"))
    response = log_in(create_user()).get(f"/posts/{post.id}/edit")
    assert response.status_code == 403
    assert "Only Grace and administrators may change this post." in response.text


def test_a_post_says_when_it_was_changed(client: FlaskClient, log_in: LogIn) -> None:
    author = create_user()
    post = create_post(author)
    address = f"/posts/{post.id}-a-title"
    assert ", updated" not in client.get(address).text
    assert post.published_at is not None
    post.published_at = post.published_at.replace(year=2020)
    db.session.commit()
    assert ", updated" in client.get(address).text


@pytest.mark.parametrize("value", ["", "false"])
def test_an_empty_preview_field_does_not_evade_the_limit_of_writes(
    log_in: LogIn, value: str
) -> None:
    browser = log_in(create_user())
    form = FORM | {"draft": "y", "preview": value}
    statuses = [browser.post("/posts/new", data=form).status_code for _ in range(61)]
    assert statuses == [302] * 60 + [429]


def test_a_preview_field_does_not_evade_the_limit_of_deletions(log_in: LogIn) -> None:
    author = create_user()
    post, browser = create_post(author), log_in(author)
    url = f"/posts/{post.id}/delete"
    statuses = [browser.post(url, data={"preview": "y"}).status_code for _ in range(61)]
    assert statuses == [302] + [404] * 59 + [429]


def test_a_new_post_never_has_the_id_of_a_deleted_one(log_in: LogIn) -> None:
    author = create_user()
    post, browser = create_post(author, title="Old"), log_in(author)
    old = post.id
    version = hidden(browser.get(f"/posts/{old}/edit").text, "version")
    browser.post(f"/posts/{old}/delete")
    new = create_post(author, title="New")
    assert new.id > old
    stale = FORM | {"version": version, "publish": "y"}
    assert browser.post(f"/posts/{old}/edit", data=stale).status_code == 404
    assert [each.title for each in stored()] == ["New"]


@pytest.mark.usefixtures("with_csrf")
def test_a_refused_form_of_a_post_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    user = create_user()
    token = csrf_token(client.get("/login").text)
    form = {"csrf_token": token, "email": user.email, "password": PASSWORD}
    assert client.post("/login", data=form).status_code == 302
    assert client.post("/posts/99/delete", data={"submit": "y"}).status_code == 404
