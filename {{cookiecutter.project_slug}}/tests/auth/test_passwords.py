"""Rules for passwords, and hashing."""

from threading import Barrier, Thread

import pytest
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from app.auth import passwords
from tests.support.factories import create_user


@pytest.mark.parametrize("password", ["", "x" * 5000, "🔑" * 4000])
def test_extreme_passwords_match_no_account(app: Flask, password: str) -> None:
    assert not passwords.verify(create_user().password_hash, password)
    assert not passwords.verify(None, password)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 10"),
        # Decomposed letters count once.
        ("e\u0301" * 5, "at least 10"),
        ("\ufb03" * 4, ""),
        ("x" * 4097, "at most 4096"),
        ("password123", "most common"),
        ("Password123!", "most common"),
        ("ｐａｓｓｗｏｒｄ１２３", "most common"),
        ("1234567890", "most common"),
        ("liverpool1", "most common"),
        ("alice.jones@example.com", "your name"),
        ("Alice.Jones99", "your name"),
        ("alicejones!", "your name"),
        ("alice jones likes tea", ""),
        ("correct horse battery staple", ""),
    ],
)
def test_passwords_that_are_easy_to_guess_are_refused(
    app: Flask, password: str, reason: str
) -> None:
    found = passwords.validation_error(password, "alice.jones@example.com", "Alice Jones") or ""
    assert (reason in found) if reason else not found


def test_the_name_of_the_site_is_no_password(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "APP_NAME", "Acme Journal")
    assert passwords.validation_error("acmejournal1")
    assert passwords.validation_error("Acme Journal!!")
    assert passwords.validation_error("acme journal is my home") is None


def test_the_list_holds_ten_thousand_passwords_that_could_be_chosen() -> None:
    listed = passwords.common_passwords()
    assert len(listed) >= 10_000
    assert min(map(len, listed)) >= passwords.SHORTEST
    assert all(password == passwords.normalize(password).casefold() for password in listed)


def test_more_hashes_at_once_than_allowed_are_refused_at_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PASSWORD_METHOD", "scrypt:32768:8:1")
    start = Barrier(8)
    results: list[ServiceUnavailable | None] = []

    def hash_one() -> None:
        start.wait()
        with app.app_context():
            try:
                passwords.hash_password("correct horse")
                results.append(None)
            except ServiceUnavailable as error:
                results.append(error)

    threads = [Thread(target=hash_one) for _ in range(start.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [error for error in results if error]
    assert 0 < len(refused) < len(results) == start.parties
    assert all(error.retry_after for error in refused)
    assert passwords.hash_password("correct horse")
