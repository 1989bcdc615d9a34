"""What became of each bake of the matrix: kept between runs, and printed as a table."""

import hashlib
import json
import os
from pathlib import Path

from tests.support.baking import BUILD, TEMPLATE, committed_files
from tests.support.combinations import Combination, label

RESULTS = BUILD / "matrix"


def template_hash() -> str:
    """Return a hash of everything that decides what is baked and how it is checked.

    The processes of one run share what the first of them found.
    """
    if "KILN_TEMPLATE_HASH" not in os.environ:
        os.environ["KILN_TEMPLATE_HASH"] = hash_of_template()
    return os.environ["KILN_TEMPLATE_HASH"]


def hash_of_template() -> str:
    """Read every file that is, or would be, committed, but for the documentation."""
    digest = hashlib.sha256()
    for path in committed_files():
        name = path.relative_to(TEMPLATE).as_posix()
        if not name.startswith(("docs/", "README", "CHANGELOG")):
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def result_path(combination: Combination, minor: int) -> Path:
    """Return where the result of a bake is kept; another template keeps it elsewhere."""
    text = json.dumps([combination, minor, template_hash()], sort_keys=True)
    return RESULTS / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"


def passed_before(combination: Combination, minor: int) -> bool:
    """Tell whether the complete matrix, which goes on where it stopped, has this bake behind it."""
    path = result_path(combination, minor)
    if os.environ.get("KILN_MATRIX") != "all" or not path.exists():
        return False
    return not any(json.loads(path.read_text("utf-8"))["faults"].values())


def record(combination: Combination, minor: int, faults: dict[str, str], seconds: float) -> None:
    """Keep the result of a bake."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    result = {
        "label": label(combination),
        "python": f"3.{minor}",
        "faults": faults,
        "seconds": round(seconds, 1),
    }
    result_path(combination, minor).write_text(json.dumps(result), "utf-8")


def table(bakes: list[tuple[Combination, int]]) -> list[str]:
    """Return the lines of a table of the bakes that have a result."""
    paths = [result_path(combination, minor) for combination, minor in bakes]
    results = [json.loads(path.read_text("utf-8")) for path in paths if path.exists()]
    lines = []
    for result in results:
        failed = [check for check, fault in result["faults"].items() if fault]
        verdict = f"FAILED: {', '.join(failed)}" if failed else "passed"
        seconds = f"{result['seconds']:6.1f} s"
        lines.append(f"{result['label']:<55} Python {result['python']}  {seconds}  {verdict}")
    return lines
