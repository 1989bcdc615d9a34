"""Posts over the API: who may read and change what, and how lists are paged."""

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.api.responses import json_response
from app.auth.models import User
from app.extensions import db
from app.posts.models import Post
from app.posts.schemas import PostSchema, PostSummarySchema, summary_to_json, to_json
from tests.posts.factories import create_post, create_posts
from tests.support.api import ApiClient, assert_problem, bearer, invalid_fields
from tests.support.factories import create_user

NEW = {"title": " Hello World ", "summary": "S", "body": "  Text\n", "published": True}


def titles(client: FlaskClient, query: str = "") -> list[str]:
    """Return the titles that a list shows."""
    response = client.get(f"/api/posts?{query}")
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.get_json()["items"]]


def test_post_is_read_by_everybody(client: FlaskClient, user: User) -> None:
    post = create_post(user, "A Title")
    response = client.get(f"/api/posts/{post.id}")
    assert response.status_code == 200
    content = response.get_json()
    moments = [content.pop(name) for name in ("created_at", "updated_at", "published_at")]
    assert [datetime.fromisoformat(moment).utcoffset() is not None for moment in moments]
    assert content == {
        "id": post.id,
        "title": "A Title",
        "slug": "a-title",
        "summary": "",
        "body": "A text.",
        "published": True,
        "author": {"id": user.id, "name": "Ann"},
    }


@pytest.mark.parametrize("published", [True, False])
def test_json_is_what_the_schemas_describe(user: User, published: bool) -> None:
    post = create_post(user, published=published)
    assert json_response(to_json(post)).get_json() == PostSchema().dump(post)
    assert json_response(summary_to_json(post)).get_json() == PostSummarySchema().dump(post)


def test_draft_is_hidden_from_others(
    api_client: ApiClient, client: FlaskClient, user: User, admin: User
) -> None:
    path = f"/api/posts/{create_post(user, published=False).id}"
    assert_problem(client.get(path), 404)
    assert_problem(api_client(create_user()).get(path), 404)
    assert_problem(api_client(create_user()).delete(path), 404)
    assert api_client(user).get(path).get_json()["published_at"] is None
    assert api_client(admin).get(path).status_code == 200


@pytest.mark.parametrize("post_id", ["0", "-1", "x", "9" * 19, "9" * 5000, 2**31, 2**31 - 1])
def test_post_that_does_not_exist_is_not_found(client: FlaskClient, post_id: object) -> None:
    assert_problem(client.get(f"/api/posts/{post_id}"), 404)


def test_list_shows_published_posts_without_their_texts(client: FlaskClient, user: User) -> None:
    shown = json_response(summary_to_json(create_post(user))).get_json()
    create_post(user, "Draft", published=False)
    response = client.get("/api/posts")
    assert response.get_json() == {"items": [shown], "before": None, "after": None}
    assert "Link" not in response.headers


def test_list_is_paged_in_both_directions(client: FlaskClient, user: User) -> None:
    create_posts(user, 45)
    first = client.get("/api/posts").get_json()
    assert len(first["items"]) == 20
    second = client.get(f"/api/posts?after={first['after']}").get_json()
    third = client.get(f"/api/posts?after={second['after']}").get_json()
    shown = [item["title"] for page in (first, second, third) for item in page["items"]]
    assert shown == [f"Post {age}" for age in range(45)]
    assert (first["before"], third["after"]) == (None, None)
    assert client.get(f"/api/posts?before={third['before']}").get_json() == second
    assert client.get(f"/api/posts?before={second['before']}").get_json()["items"] == first["items"]


def test_links_lead_to_the_neighbouring_pages(client: FlaskClient, user: User) -> None:
    create_posts(user, 5)
    options = f"limit=2&q=Post&author={user.id}&sort=published_at"
    first = client.get(f"/api/posts?{options}")
    cursor = first.get_json()["after"]
    assert first.headers["Link"] == f'</api/posts?{options}&after={cursor}>; rel="next"'
    second = client.get(f"/api/posts?{options}&after={cursor}")
    relations = [link.rpartition("; ")[2] for link in second.headers["Link"].split(", ")]
    assert relations == ['rel="prev"', 'rel="next"']
    back = second.headers["Link"].partition(">")[0].removeprefix("<")
    assert client.get(back).get_json()["items"] == first.get_json()["items"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("published_at", ["Post 2", "Post 1", "Post 0"]),
        ("-published_at", ["Post 0", "Post 1", "Post 2"]),
        ("title", ["Post 0", "Post 1", "Post 2"]),
        ("-title", ["Post 2", "Post 1", "Post 0"]),
    ],
)
def test_list_is_sorted(client: FlaskClient, user: User, sort: str, expected: list[str]) -> None:
    create_posts(user, 3)
    assert titles(client, f"sort={sort}") == expected


def test_list_is_filtered(client: FlaskClient, user: User) -> None:
    other = create_user()
    create_post(user, "Apples")
    create_post(other, "Pears: 100% juice")
    assert titles(client, f"author={other.id}") == ["Pears: 100% juice"]
    assert titles(client, "q=aPPle") == ["Apples"]
    assert titles(client, "q=100%25+j") == ["Pears: 100% juice"]
    assert titles(client, "q=1_0") == []
    assert titles(client, f"q=+&author={2**31 - 1}") == []
    assert sorted(titles(client, "q=")) == ["Apples", "Pears: 100% juice"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("sort=body", "sort"),
        ("author=0", "author"),
        (f"author={2**31}", "author"),
        (f"author={'9' * 5000}", "author"),
        (f"q={'x' * 101}", "q"),
        ("auther=1", "auther"),
    ],
)
def test_impossible_options_of_the_list_are_named(
    client: FlaskClient, query: str, field: str
) -> None:
    assert invalid_fields(client.get(f"/api/posts?{query}")) == {field}


@pytest.mark.parametrize("query", ["after=x", "before=WyJ4IiwxXQ", "after=&before=", "after=%F0"])
def test_page_that_does_not_exist_is_not_found(client: FlaskClient, query: str) -> None:
    assert_problem(client.get(f"/api/posts?{query}"), 404)


def test_options_of_the_list_are_documented(client: FlaskClient) -> None:
    document = client.get("/api/openapi.json").get_json()
    documented = {option["name"] for option in document["paths"]["/api/posts"]["get"]["parameters"]}
    assert documented == {"after", "author", "before", "limit", "q", "sort"}


def test_nul_in_the_url_is_refused(client: FlaskClient) -> None:
    assert_problem(client.get("/api/posts?q=%00"), 400)


def test_list_costs_one_query_and_one_more_with_a_token(
    api_client: ApiClient, client: FlaskClient, user: User, statements: list[str]
) -> None:
    known = api_client(user)
    for number in (1, 30):
        for post in create_posts(user, number):
            post.author = create_user()
        db.session.commit()
        for reader, cost in ((client, 1), (known, 2)):
            statements.clear()
            assert len(titles(reader, "limit=100")) >= number
            assert len(statements) == cost


def test_reading_a_post_costs_one_query(
    client: FlaskClient, user: User, statements: list[str]
) -> None:
    path = f"/api/posts/{create_post(user).id}"
    statements.clear()
    assert client.get(path).status_code == 200
    assert len(statements) == 1


def test_invalid_token_is_refused_even_if_none_is_needed(client: FlaskClient, user: User) -> None:
    path = f"/api/posts/{create_post(user).id}"
    for url in ("/api/posts", path):
        assert_problem(client.get(url, headers=bearer("nonsense")), 401)


def test_user_writes_a_post(api_client: ApiClient, user: User) -> None:
    response = api_client(user).post("/api/posts", json=NEW)
    assert response.status_code == 201
    content = response.get_json()
    assert response.headers["Location"] == f"/api/posts/{content['id']}"
    assert content["author"] == {"id": user.id, "name": "Ann"}
    post = db.session.get_one(Post, content["id"])
    assert (post.title, post.slug, post.summary) == ("Hello World", "hello-world", "S")
    assert (post.body, post.published) == ("  Text\n", True)


def test_new_posts_are_drafts_without_summary(api_client: ApiClient, user: User) -> None:
    content = api_client(user).post("/api/posts", json={"title": "T", "body": "B"}).get_json()
    assert (content["published"], content["summary"]) == (False, "")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title": ""}, {"title"}),
        ({"title": " \n "}, {"title"}),
        ({"title": "x" * 161}, {"title"}),
        ({"title": "a\0b", "body": "\0", "summary": "\0"}, {"title", "body", "summary"}),
        ({"title": None}, {"title"}),
        ({"body": " "}, {"body"}),
        ({"body": "x" * 50_001}, {"body"}),
        ({"body": "\ud800"}, {"body"}),
        ({"summary": "x" * 301}, {"summary"}),
        ({"published": "true"}, {"published"}),
        ({"published": 1}, {"published"}),
        ({"author_id": 1, "slug": "x"}, {"author_id", "slug"}),
        ({"\ud800": 1}, {"\ud800"}),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_impossible_values_are_named(
    api_client: ApiClient, user: User, method: str, changes: dict[str, Any], fields: set[str]
) -> None:
    path = "/api/posts" if method == "POST" else f"/api/posts/{create_post(user).id}"
    assert invalid_fields(api_client(user).open(path, method=method, json=NEW | changes)) == fields


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_missing_values_are_named(api_client: ApiClient, user: User, method: str) -> None:
    path = "/api/posts" if method == "POST" else f"/api/posts/{create_post(user).id}"
    assert invalid_fields(api_client(user).open(path, method=method, json={})) == {"title", "body"}


def test_longest_text_in_any_script_is_kept(api_client: ApiClient, user: User) -> None:
    body = "𝕬🍶" * 25_000
    content = (
        api_client(user).post("/api/posts", json={"title": "🍶" * 160, "body": body}).get_json()
    )
    post = db.session.get_one(Post, content["id"])
    assert (post.title, post.body) == ("🍶" * 160, body)


def test_author_and_administrator_change_a_post(
    api_client: ApiClient, user: User, admin: User
) -> None:
    post = create_post(user)
    path = f"/api/posts/{post.id}"
    response = api_client(user).patch(path, json={"title": "New Title"})
    assert (response.status_code, response.get_json()["slug"]) == (200, "new-title")
    assert response.get_json()["updated_at"] > response.get_json()["created_at"]
    response = api_client(admin).put(path, json={"title": "Other", "body": "Text"})
    assert response.status_code == 200
    assert (post.title, post.body, post.published) == ("Other", "Text", False)
    assert post.author_id == user.id


def test_author_and_administrator_delete_a_post(
    api_client: ApiClient, user: User, admin: User
) -> None:
    for owner in (user, admin):
        client, path = api_client(owner), f"/api/posts/{create_post(user).id}"
        response = client.delete(path)
        assert (response.status_code, response.data) == (204, b"")
        assert_problem(client.get(path), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_others_do_not_change_a_post(api_client: ApiClient, user: User, method: str) -> None:
    path = f"/api/posts/{create_post(user).id}"
    assert_problem(api_client(create_user()).open(path, method=method, json=NEW), 403)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_writing_needs_a_token(client: FlaskClient, user: User, method: str) -> None:
    path = "/api/posts" if method == "POST" else f"/api/posts/{create_post(user).id}"
    assert_problem(client.open(path, method=method, json=NEW), 401)


def test_unchanged_post_is_not_sent_again(
    api_client: ApiClient, client: FlaskClient, user: User
) -> None:
    path = f"/api/posts/{create_post(user).id}"
    tag = client.get(path).headers["ETag"]
    assert api_client(user).get(path).headers["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304
    api_client(user).patch(path, json={"title": "New"})
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_unseen_changes_are_not_overwritten(api_client: ApiClient, user: User, method: str) -> None:
    post = create_post(user)
    client, path = api_client(user), f"/api/posts/{post.id}"
    stale = {"If-Match": client.get(path).headers["ETag"]}
    fresh = {"If-Match": client.patch(path, json={"title": "B"}, headers=stale).headers["ETag"]}
    assert_problem(client.open(path, method=method, json=NEW, headers=stale), 412)
    response = client.open(path, method=method, json=NEW, headers=fresh)
    assert response.status_code in (200, 204)


def test_the_location_of_a_new_post_holds_the_path_of_the_application(
    api_client: ApiClient, user: User
) -> None:
    post = {"title": "A title", "body": "Text."}
    created = api_client(user).post("/api/posts", json=post, base_url="http://localhost/below")
    assert created.headers["Location"] == f"/below/api/posts/{created.get_json()['id']}"


def test_caches_may_share_what_was_read_without_a_token(
    client: FlaskClient, api_client: ApiClient, user: User
) -> None:
    path = f"/api/posts/{create_post(user).id}"
    for url in (path, "/api/posts"):
        response = client.get(url)
        assert "Cache-Control" not in response.headers
        assert "Authorization" in response.vary
        assert api_client(user).get(url).headers["Cache-Control"] == "private, no-cache"
