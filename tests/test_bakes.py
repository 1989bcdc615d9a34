"""Combinations of answers: each bake is whole, clean, typed, migrated and passes its own tests."""

import time
from pathlib import Path

import pytest

from tests.support import matrix, services
from tests.support.baking import bake
from tests.support.checks import LIVE_CHECKS, STATIC_CHECKS, format_faults, install, run_checks
from tests.support.combinations import (
    Combination,
    choices,
    every_combination,
    full_matrix,
    label,
    pairs,
    pairwise,
    wanted,
)
from tests.support.environments import installed_pythons


def bakes() -> list[tuple[Combination, int]]:
    """Return the combinations to bake, each with the minor version of a Python, in turns."""
    minors = list(installed_pythons())
    return [(combination, minors[i % len(minors)]) for i, combination in enumerate(wanted())]


@pytest.mark.parametrize(
    ("combination", "minor"), [pytest.param(*b, id=f"{label(b[0])}, 3.{b[1]}") for b in bakes()]
)
def test_bake_is_whole(combination: Combination, minor: int, tmp_path: Path) -> None:
    if matrix.passed_before(combination, minor):
        pytest.skip("It passed in an earlier run, and nothing has changed since.")
    started = time.monotonic()
    project = bake(tmp_path / "out", combination)
    faults = run_checks(install(project, minor), STATIC_CHECKS + LIVE_CHECKS)
    matrix.record(combination, minor, faults, time.monotonic() - started)
    if any(faults.values()):
        pytest.fail(format_faults(faults), pytrace=False)


@pytest.mark.parametrize("service", ["PostgreSQL", "MySQL"])
def test_bakes_were_tried_on_their_own_server(service: str) -> None:
    services.require(service)


def test_every_pair_of_answers_is_baked() -> None:
    possible = set().union(*map(pairs, every_combination(choices())))
    assert set().union(*map(pairs, pairwise(choices()))) == possible


def test_full_matrix_holds_every_combination_that_makes_a_difference() -> None:
    assert len(full_matrix(choices())) == len(
        {label(c).rsplit(",", 1)[0] for c in full_matrix(choices())}
    )
    assert len(full_matrix(choices())) == (1 + 3 + 3) * 3 * 2
