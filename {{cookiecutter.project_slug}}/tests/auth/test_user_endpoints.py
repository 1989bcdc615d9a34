"""Accounts over the API: who may see and change what."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound

from app.api.etags import lock_and_match
from app.api.responses import json_response
from app.auth import passwords
from app.auth.models import Role, User, UserSession
from app.auth.schemas import UserSchema, to_json
from app.extensions import db
from tests.support.api import ApiClient, assert_problem, bearer, invalid_fields, tokens_of
from tests.support.factories import create_user

NEW = {"email": "New@Example.com", "name": " New ", "password": "a long enough password"}


def test_own_account_is_read(api_client: ApiClient, user: User) -> None:
    for path in ("/api/users/me", f"/api/users/{user.id}"):
        response = api_client(user).get(path)
        assert response.status_code == 200
        assert response.get_json() == {
            "id": user.id,
            "email": user.email,
            "name": "Ann",
            "role": "user",
            "active": True,
            "created_at": user.created_at.isoformat(),
        }


def test_json_is_what_the_schema_describes(user: User) -> None:
    assert json_response(to_json(user)).get_json() == UserSchema().dump(user)


def test_administrator_reads_any_account(api_client: ApiClient, user: User, admin: User) -> None:
    assert api_client(admin).get(f"/api/users/{user.id}").get_json()["email"] == user.email


def test_others_learn_nothing_about_accounts(
    api_client: ApiClient, user: User, admin: User
) -> None:
    client = api_client(user)
    for user_id in (admin.id, 10**9):
        assert_problem(client.get(f"/api/users/{user_id}"), 403)
        assert_problem(client.patch(f"/api/users/{user_id}", json={"name": "x"}), 403)


@pytest.mark.parametrize("user_id", ["0", "-1", "x", "1.0", "9" * 19, "9" * 5000, 2**31, 2**31 - 1])
def test_account_that_does_not_exist_is_not_found(
    api_client: ApiClient, admin: User, user_id: object
) -> None:
    assert_problem(api_client(admin).get(f"/api/users/{user_id}"), 404)


def test_list_is_for_administrators(api_client: ApiClient, user: User) -> None:
    assert_problem(api_client(user).get("/api/users"), 403)


def test_list_pages_through_all_accounts(api_client: ApiClient, admin: User) -> None:
    everybody = [admin.id, *(create_user().id for _ in range(4))]
    client = api_client(admin)
    pages = [client.get("/api/users?limit=2").get_json()]
    while pages[-1]["after"]:
        pages.append(client.get(f"/api/users?limit=2&after={pages[-1]['after']}").get_json())
    assert [user["id"] for page in pages for user in page["items"]] == everybody
    back = client.get(f"/api/users?limit=2&before={pages[-1]['before']}").get_json()
    assert back["items"] == pages[-2]["items"]


@pytest.mark.parametrize("sort", ["id", "-id", "email", "-email"])
def test_list_is_sorted(api_client: ApiClient, admin: User, sort: str) -> None:
    for name in ("zoe", "ann", "max"):
        create_user(f"{name}@example.com")
    items = api_client(admin).get(f"/api/users?sort={sort}").get_json()["items"]
    values = [item[sort.removeprefix("-")] for item in items]
    assert values == sorted(values, reverse=sort.startswith("-"))


def test_list_costs_two_queries_however_many_accounts(
    api_client: ApiClient, admin: User, statements: list[str]
) -> None:
    client = api_client(admin)
    for number in (1, 10):
        for _ in range(number):
            create_user()
        statements.clear()
        assert client.get("/api/users").status_code == 200
        assert len(statements) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        (f"limit={'9' * 5000}", "limit"),
        ("sort=password_hash", "sort"),
        (f"after={'x' * 3000}", "after"),
        ("role=admin", "role"),
    ],
)
def test_impossible_options_of_the_list_are_named(
    api_client: ApiClient, admin: User, query: str, field: str
) -> None:
    assert invalid_fields(api_client(admin).get(f"/api/users?{query}")) == {field}


@pytest.mark.parametrize("query", ["after=x", "before=x", "after=WyJ4IiwxXQ"])
def test_page_that_does_not_exist_is_not_found(
    api_client: ApiClient, admin: User, query: str
) -> None:
    assert_problem(api_client(admin).get(f"/api/users?{query}"), 404)


def test_administrator_creates_accounts(api_client: ApiClient, admin: User) -> None:
    response = api_client(admin).post("/api/users", json={**NEW, "role": "admin", "active": False})
    assert response.status_code == 201
    content = response.get_json()
    assert response.headers["Location"] == f"/api/users/{content['id']}"
    assert response.headers["ETag"]
    user = db.session.get_one(User, content["id"])
    assert (user.email, user.name, user.role, user.active) == (
        "new@example.com",
        "New",
        Role.ADMIN,
        False,
    )
    assert passwords.verify(user.password_hash, NEW["password"])


def test_new_accounts_are_ordinary_and_active(api_client: ApiClient, admin: User) -> None:
    content = api_client(admin).post("/api/users", json=NEW).get_json()
    assert (content["role"], content["active"]) == ("user", True)


def test_only_administrators_create_accounts(api_client: ApiClient, user: User) -> None:
    assert_problem(api_client(user).post("/api/users", json=NEW), 403)


def test_address_of_a_new_account_may_be_taken(api_client: ApiClient, admin: User) -> None:
    create_user("new@example.com")
    assert_problem(api_client(admin).post("/api/users", json=NEW), 409)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "no address"}, {"email"}),
        ({"email": f"{'x' * 250}@example.com"}, {"email"}),
        ({"name": "  "}, {"name"}),
        ({"name": "x" * 81}, {"name"}),
        ({"name": "x" * 80 + " "}, {"name"}),
        ({"name": "a\0b"}, {"name"}),
        ({"name": "\udfff"}, {"name"}),
        ({"name": None}, {"name"}),
        ({"name": ["x"]}, {"name"}),
        ({"password": "short"}, {"password"}),
        ({"password": "password123"}, {"password"}),
        ({"role": "root"}, {"role"}),
        ({"active": 1}, {"active"}),
        ({"active": "yes"}, {"active"}),
        ({"id": 7, "password_hash": "x"}, {"id", "password_hash"}),
    ],
)
def test_impossible_values_are_named(
    api_client: ApiClient, admin: User, changes: dict[str, object], fields: set[str]
) -> None:
    assert invalid_fields(api_client(admin).post("/api/users", json=NEW | changes)) == fields


def test_name_is_changed_by_oneself(api_client: ApiClient, user: User) -> None:
    response = api_client(user).patch(f"/api/users/{user.id}", json={"name": " Anna "})
    assert (response.status_code, response.get_json()["name"]) == (200, "Anna")
    assert user.name == "Anna"


def test_whole_account_is_replaced_by_oneself(api_client: ApiClient, user: User) -> None:
    unchanged = {"email": user.email.upper(), "role": "user", "active": True}
    response = api_client(user).put(f"/api/users/{user.id}", json={**unchanged, "name": "Anna"})
    assert (response.status_code, user.name) == (200, "Anna")
    assert invalid_fields(api_client(user).put(f"/api/users/{user.id}", json={"name": "A"})) == set(
        unchanged
    )


@pytest.mark.parametrize(
    "change", [{"email": "x@example.com"}, {"role": "admin"}, {"active": False}]
)
def test_other_fields_are_for_administrators(
    api_client: ApiClient, user: User, change: dict[str, object]
) -> None:
    response = api_client(user).patch(f"/api/users/{user.id}", json={"name": "New", **change})
    assert_problem(response, 403)
    assert next(iter(change)) in response.get_json()["detail"]
    db.session.refresh(user)
    assert (user.name, user.role, user.active) == ("Ann", Role.USER, True)


def test_administrator_changes_everything(api_client: ApiClient, user: User, admin: User) -> None:
    changes = {"email": "Other@example.com", "name": "Other", "role": "admin", "active": True}
    response = api_client(admin).put(f"/api/users/{user.id}", json=changes)
    assert response.status_code == 200
    assert (user.email, user.name, user.role) == ("other@example.com", "Other", Role.ADMIN)


def test_taken_address_is_refused(api_client: ApiClient, user: User, admin: User) -> None:
    response = api_client(admin).patch(f"/api/users/{user.id}", json={"email": admin.email.upper()})
    assert_problem(response, 409)


def test_locking_an_account_ends_its_sessions(
    api_client: ApiClient, user: User, admin: User
) -> None:
    client = api_client(user)
    assert (
        api_client(admin).patch(f"/api/users/{user.id}", json={"active": False}).status_code == 200
    )
    assert_problem(client.get("/api/users/me"), 401)
    query = select(func.count()).where(UserSession.user_id == user.id)
    assert db.session.scalar(query) == 0


@pytest.mark.parametrize("change", [{"active": False}, {"role": "user"}])
def test_administrators_cannot_lock_themselves_out(
    api_client: ApiClient, admin: User, change: dict[str, object]
) -> None:
    assert_problem(api_client(admin).patch(f"/api/users/{admin.id}", json=change), 409)
    assert (admin.active, admin.role) == (True, Role.ADMIN)


def test_unchanged_account_is_not_sent_again(api_client: ApiClient, user: User) -> None:
    client = api_client(user)
    tag = client.get("/api/users/me").headers["ETag"]
    response = client.get("/api/users/me", headers={"If-None-Match": tag})
    assert (response.status_code, response.data) == (304, b"")
    client.patch(f"/api/users/{user.id}", json={"name": "Anna"})
    assert client.get("/api/users/me", headers={"If-None-Match": tag}).status_code == 200
    assert client.get("/api/users/me", headers={"If-Match": "*"}).status_code == 200


def test_unseen_changes_are_not_overwritten(api_client: ApiClient, user: User) -> None:
    client, path = api_client(user), f"/api/users/{user.id}"
    stale = {"If-Match": client.get(path).headers["ETag"]}
    fresh = {"If-Match": client.patch(path, json={"name": "B"}, headers=stale).headers["ETag"]}
    assert_problem(client.patch(path, json={"name": "C"}, headers=stale), 412)
    assert_problem(client.patch(path, json={"name": "C"}, headers={"If-Match": "?"}), 412)
    assert_problem(client.get(path, headers=stale), 412)
    assert client.patch(path, json={"name": "C"}, headers=fresh).status_code == 200
    assert client.patch(path, json={"name": "D"}, headers={"If-Match": "*"}).status_code == 200


def test_failed_commit_is_not_reported_as_a_taken_address(
    api_client: ApiClient, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api_client(user)

    def fail() -> None:
        raise SQLAlchemyError("The disk is full.")

    monkeypatch.setattr(db.session, "commit", fail)
    monkeypatch.setitem(client.application.config, "PROPAGATE_EXCEPTIONS", False)
    response = client.patch(f"/api/users/{user.id}", json={"name": "New"})
    assert_problem(response, 500)
    assert "disk" not in response.text


def test_of_simultaneous_changes_only_the_first_succeeds(
    app: Flask, client: FlaskClient, user: User
) -> None:
    headers = bearer(tokens_of(client, user)["access_token"])
    path = f"/api/users/{user.id}"
    headers["If-Match"] = client.get(path, headers=headers).headers["ETag"]
    start = Barrier(4)

    def rename(number: int) -> int:
        browser = FlaskClient(app, app.response_class)
        start.wait()
        return browser.patch(path, json={"name": f"Name {number}"}, headers=headers).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(rename, range(4)))
    assert sorted(statuses) == [200, 412, 412, 412]


@pytest.mark.parametrize("change", [{"role": "user"}, {"active": False}])
@pytest.mark.parametrize("attempt", range(3))
def test_of_administrators_who_demote_each_other_at_once_one_remains(
    app: Flask, client: FlaskClient, change: dict[str, object], attempt: int
) -> None:
    admins = [create_user(role=Role.ADMIN) for _ in range(3)]
    headers = [bearer(tokens_of(client, admin)["access_token"]) for admin in admins]
    start = Barrier(len(admins))

    def demote_the_next(number: int) -> int:
        target = admin_ids[(number + 1) % len(admins)]
        browser = FlaskClient(app, app.response_class)
        start.wait()
        return browser.patch(
            f"/api/users/{target}", json=change, headers=headers[number]
        ).status_code

    admin_ids = [admin.id for admin in admins]
    db.session.rollback()
    with ThreadPoolExecutor(len(admins)) as pool:
        statuses = list(pool.map(demote_the_next, range(len(admins))))
    # 401: the session was deleted before the request began.
    assert set(statuses) <= {200, 401, 403}
    db.session.expire_all()
    remaining = [admin for admin in admins if admin.is_admin and admin.active]
    assert remaining
    assert len(remaining) == len(admins) - statuses.count(200)


def test_account_that_was_just_deleted_is_not_found(app: Flask, user: User) -> None:
    db.session.execute(delete(User))
    with app.test_request_context(), pytest.raises(NotFound):
        lock_and_match(user, to_json)


def test_caches_know_that_the_response_depends_on_the_token(
    client: FlaskClient, api_client: ApiClient, user: User
) -> None:
    for path in ("/api/users/me", f"/api/users/{user.id}", "/api/users/999"):
        response = api_client(user).get(path)
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert "Authorization" in response.vary
    assert "Authorization" in client.get("/api/users/me").vary
