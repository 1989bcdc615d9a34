"""Time the way from the cookiecutter command to the first page.

    python benchmarks/first_page.py

Bakes the default project as a newcomer does, with uv, once to fill uv's cache and then a few times
for the clock: without the report's test run, and with it. Prints the median seconds until the
server that is started next has answered with the home page, and the median processor time, which
is steadier on a busy machine.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

TEMPLATE = Path(__file__).parents[1]
BARS = {"no": 6.0, "yes": 20.0}
# Python would compile every module again for each command.
UNWANTED = {"PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}


def main() -> int:
    """Run the comparison; the exit code says whether both bars were kept."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    first_page("no")
    missed = 0
    print("| report's tests | at most, s | measured, s | fastest – slowest | processor, s |")
    print("|---|---|---|---|---|")
    for tests, bar in BARS.items():
        seconds, processor = zip(*[first_page(tests) for _ in range(rounds)], strict=True)
        median = statistics.median(seconds)
        missed |= median > bar
        spread = f"{min(seconds):.1f} – {max(seconds):.1f}"
        cost = statistics.median(processor)
        print(f"| {tests} | {bar:.0f} | {median:.1f} | {spread} | {cost:.1f} |")
    return int(missed)


def processor_seconds() -> float:
    """Return the processor time of all child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def first_page(tests: str) -> tuple[float, float]:
    """Bake once; return the elapsed and the processor seconds to the first page."""
    env = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    command = [sys.executable, "-m", "cookiecutter", "--no-input", str(TEMPLATE), "-o"]
    with tempfile.TemporaryDirectory() as folder:
        started, before = time.monotonic(), processor_seconds()
        subprocess.run(
            [*command, folder], env=env | {"KILN_TESTS": tests}, check=True, capture_output=True
        )
        elapsed = wait_for_page(Path(folder, "my_flask_app"), env) - started
        return elapsed, processor_seconds() - before


def wait_for_page(project: Path, env: dict[str, str]) -> float:
    """Start the project's server, wait for the home page and stop the server.

    Returns the time of the page, by the clock of `time.monotonic`.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = project / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    server = subprocess.Popen(
        [str(python), "-m", "flask", "run", "--port", str(port)],
        cwd=project,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while server.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()
            except OSError:
                time.sleep(0.01)
            else:
                return time.monotonic()
        raise RuntimeError("The server ended.")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    sys.exit(main())
