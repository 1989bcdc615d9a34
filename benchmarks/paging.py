"""Compare the first page of a million posts with the last one, in the API and on the web page.

    python benchmarks/paging.py --database-url postgresql://postgres@127.0.0.1/benchmark
    python benchmarks/paging.py --database-url sqlite:////tmp/benchmark.db

The database must be empty; it is emptied again. Prints the median time of a request to the first
and to the last page, and their ratio, which is to stay below 1.2.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SECRET = "kT7-vXq2_9fLw0ZbRj4mHs8uNcEy6PdA"
LARGEST_RATIO = 1.2
# Runs in the project, on its database; prints a line for each list.
MEASURE = """
import statistics, sys, time
from datetime import timedelta
from sqlalchemy import select, text
from app.auth.service import create_user
from app.extensions import db
from app.posts.models import Post
from app.posts.queries import ORDERS
from wsgi import app

ROWS, ROUNDS = int(sys.argv[1]), 300
MOMENT = {
    "postgresql": "TIMESTAMPTZ '2020-01-01 00:00:00+00' + n * INTERVAL '1 minute'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', 1577836800 + n * 60, 'unixepoch')",
    "mysql": "TIMESTAMP '2020-01-01 00:00:00' + INTERVAL n MINUTE",
}

def fill():
    user = create_user("ann@example.com", "Ann Author", "correct horse battery")
    db.session.commit()
    dialect = db.engine.dialect.name
    if dialect == "mysql":
        db.session.execute(text("SET SESSION max_recursive_iterations = 10000000"))
    moment = MOMENT[dialect]
    db.session.connection().exec_driver_sql((
        "INSERT INTO posts"
        " (title, slug, summary, body, body_html, version,"
        " published_at, created_at, updated_at, author_id)"
        " WITH RECURSIVE numbers(n) AS"
        f" (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS})"
        " SELECT 'Post', 'post', 'Summary', 'Text', '<p>Text</p>', 1,"
        f" {moment}, {moment}, {moment}, {user.id} FROM numbers"
    ))
    db.session.commit()
    if dialect == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE posts"))

def median(client, paths):
    times = {path: [] for path in paths}
    for _ in range(ROUNDS):
        for path in paths:
            started = time.perf_counter()
            answer = client.get(path)
            times[path].append(time.perf_counter() - started)
            assert answer.status_code == 200 and answer.text.count("Summary") == 20, path
    return [statistics.median(times[path]) for path in paths]

with app.app_context():
    fill()
    oldest = select(Post).order_by(Post.published_at, Post.id).offset(20).limit(1)
    cursor = ORDERS["-published_at"].encode_cursor(db.session.scalars(oldest).one())
for path in ("/api/posts", "/posts/"):
    first, last = median(app.test_client(), [path, f"{path}?after={cursor}"])
    print(f"RESULT {path} {first * 1000:.2f} {last * 1000:.2f} {last / first:.2f}")
"""


def main() -> int:
    """Run the comparison; the exit code says whether every ratio is small enough."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database-url", required=True, help="an empty database")
    parser.add_argument("--project", type=Path, help="a Hybrid project that is installed already")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = options.project.absolute() if options.project else bake(Path(folder))
        return measure(project, options.database_url, options.rows)


def bake(folder: Path) -> Path:
    """Return a new Hybrid project for PostgreSQL, installed but not measured."""
    subprocess.run(
        [
            *(sys.executable, "-m", "cookiecutter", "--no-input", str(HERE.parent)),
            *("-o", str(folder), "database=PostgreSQL", "project_slug=benchmark_project"),
        ],
        env=os.environ | {"KILN_TESTS": "no"},
        check=True,
    )
    return folder / "benchmark_project"


def measure(project: Path, url: str, rows: int) -> int:
    """Fill the database, time both pages, print a Markdown table; return 1 for a slow last page."""
    secrets = {"SECRET_KEY": SECRET, "JWT_SECRET_KEY": SECRET[::-1], "LOG_LEVEL": "WARNING"}
    env = os.environ | secrets | {"APP_ENV": "production", "DATABASE_URL": url}
    python = str(project / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    flask_db = [python, "-m", "flask", "db"]
    subprocess.run([*flask_db, "upgrade"], cwd=project, env=env, check=True)
    try:
        command = [python, "-c", MEASURE, str(rows)]
        done = subprocess.run(command, cwd=project, env=env, stdout=subprocess.PIPE, text=True)
        done.check_returncode()
    finally:
        subprocess.run([*flask_db, "downgrade", "base"], cwd=project, env=env, check=True)
    print("| list | first page, ms | last page, ms | ratio |\n|---|---|---|---|")
    slow = 0
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            path, first, last, ratio = line.split()[1:]
            print(f"| {path} | {first} | {last} | {ratio} |")
            slow |= float(ratio) > LARGEST_RATIO
    return slow


if __name__ == "__main__":
    sys.exit(main())
