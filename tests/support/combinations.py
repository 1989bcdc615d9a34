"""Which combinations of answers are baked: every pair of them, or all."""

import itertools
import json
import os

from tests.support.baking import TEMPLATE

Combination = dict[str, str]


def choices() -> dict[str, list[str]]:
    """Return the questions of the template that have choices, and their answers."""
    questions = json.loads((TEMPLATE / "cookiecutter.json").read_text("utf-8"))
    return {
        name: answers
        for name, answers in questions.items()
        if isinstance(answers, list) and not name.startswith("_")
    }


def pairs(combination: Combination) -> set[frozenset[tuple[str, str]]]:
    """Return every pair of answers that `combination` holds."""
    return {frozenset(pair) for pair in itertools.combinations(combination.items(), 2)}


def every_combination(questions: dict[str, list[str]]) -> list[Combination]:
    """Return the product of the answers; without an API there is no framework of the API."""
    product = [
        dict(zip(questions, answers, strict=True))
        for answers in itertools.product(*questions.values())
    ]
    for combination in product:
        if combination["application_type"] == "Web App":
            del combination["api_framework"]
    return list({frozenset(combination.items()): combination for combination in product}.values())


def pairwise(questions: dict[str, list[str]]) -> list[Combination]:
    """Return few combinations that hold each pair of answers at least once.

    Greedy: always the combination that covers most of the pairs that are still missing.
    """
    candidates = every_combination(questions)
    missing = set().union(*map(pairs, candidates))
    chosen = []
    while missing:
        best = max(candidates, key=lambda candidate: len(pairs(candidate) & missing))
        missing -= pairs(best)
        chosen.append(best)
    return chosen


def full_matrix(questions: dict[str, list[str]]) -> list[Combination]:
    """Return every combination that makes a difference to the project's code.

    The license changes one file and `install` none, so they take turns.
    """
    turns = {name: itertools.cycle(questions[name]) for name in ("license", "install")}
    deciding = {name: answers for name, answers in questions.items() if name not in turns}
    return [
        {**combination, **{name: next(turn) for name, turn in turns.items()}}
        for combination in every_combination(deciding)
    ]


def in_full_matrix() -> bool:
    """Return whether `make test-all` runs the tests: what takes long is tried more often there."""
    return os.environ.get("KILN_MATRIX") == "all"


def wanted() -> list[Combination]:
    """Return the combinations to bake: all of them when KILN_MATRIX=all, else every pair."""
    if in_full_matrix():
        return full_matrix(choices())
    return pairwise(choices())


def label(combination: Combination) -> str:
    """Return a short name for `combination`, for test names and tables."""
    named = ("application_type", "database", "api_framework")
    parts = [combination[question] for question in named if question in combination]
    parts.append("posts" if combination["sample_posts"] == "yes" else "no posts")
    return ", ".join([*parts, combination["license"]])
