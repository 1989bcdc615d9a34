"""No line of the implementation report fails. The report's own tests belong to the template."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "flask", "report", "--format", "json", "--no-tests"]


def test_no_line_of_the_report_fails() -> None:
    environment = {**os.environ, "APP_ENV": "testing", "DATABASE_URL": "", "PYTHONUTF8": "1"}
    result = subprocess.run(  # noqa: S603 - no foreign input
        COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    lines = report["extensions"] + report["security"] + report["verification"]
    # Style is left to `make lint`: half-written code may be tested too.
    failed = [line for line in lines if line["passed"] is False and line["name"] != "PEP 8"]
    assert failed == []
