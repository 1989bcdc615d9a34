"""Rules for names and titles."""

import pytest

from app.core import single_line


@pytest.mark.parametrize(
    "text",
    [
        "Ann",
        "Žofie Ó Súilleabháin",
        "李小龍",
        "👩\u200d👩\u200d👧 family",
        "שלום",
        "O'Neil-Smith, Jr.",
        "e\u0301a",
    ],
)
def test_names_of_people_are_accepted(text: str) -> None:
    assert single_line.validation_error(text) is None
    assert single_line.printable(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Bob\nAdmin",
        "\x1b[31mred\x07",
        "c1 \x9b31m",
        "in\u202evisible",
        "iso\u2066late",
        "two\u2028lines",
        "",
        " ",
        "\u200b\u200d",
        "\u3164",
        "\u2800\ufeff",
    ],
)
def test_control_characters_and_invisible_names_are_refused(text: str) -> None:
    assert single_line.validation_error(text)


def test_control_characters_are_replaced_for_the_terminal() -> None:
    assert single_line.printable("a\x1b[31mb\x9bc\u202ed") == "a\ufffd[31mb\ufffdc\ufffdd"
