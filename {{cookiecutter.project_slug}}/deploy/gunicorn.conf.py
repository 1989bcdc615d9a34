"""The settings of Gunicorn: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`.

https://docs.gunicorn.org/en/stable/settings.html describes each setting.
"""

import gc
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def available_cpus(root: Path = Path("/")) -> int:
    """Return how many processors this process may use: at most those of its container.

    `root` is the folder with `proc` and `sys`.
    """
    if hasattr(os, "process_cpu_count"):  # Python 3.13
        cpus = os.process_cpu_count() or 1
    elif hasattr(os, "sched_getaffinity"):
        cpus = len(os.sched_getaffinity(0))
    else:
        cpus = os.cpu_count() or 1
    return max(1, min([cpus, *(math.ceil(limit) for limit in cpu_quotas(root))]))


def cpu_quotas(root: Path) -> Iterator[float]:
    """Yield the limits of the process's control groups (Linux) and their parents, in processors."""
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            base = root / "sys/fs/cgroup"
        elif "cpu" in controllers.split(","):
            base = root / "sys/fs/cgroup/cpu"
        else:
            continue
        group = base / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(base):
                yield from quota(folder)


def quota(folder: Path) -> Iterator[float]:
    """Yield the limit of one control group, of version 2 or 1; nothing when it has none."""
    try:
        if (folder / "cpu.max").exists():
            allowed, period = (folder / "cpu.max").read_text().split()
        else:
            allowed = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
    except (OSError, ValueError):
        return
    if allowed not in ("max", "-1"):
        yield int(allowed) / int(period)


def worker_count() -> int:
    """Return the number in WEB_CONCURRENCY, or that of the available processors."""
    text = os.environ.get("WEB_CONCURRENCY", "").strip()
    if not text:
        return available_cpus()
    if not text.isdecimal() or int(text) < 1:
        raise SystemExit(f"WEB_CONCURRENCY={text!r} cannot be used: it is not a number above 0.")
    return int(text)


def on_starting(server: Any) -> None:
    """Warn if several workers run without Redis, because each then counts rate limits
    separately."""
    if server.cfg.workers > 1 and not os.environ.get("REDIS_URL", "").strip():
        server.log.warning(
            "%d workers without REDIS_URL: each counts rate limits separately, so %d times as many "
            "requests are allowed.",
            server.cfg.workers,
            server.cfg.workers,
        )


bind = os.environ.get("BIND", "").strip() or "127.0.0.1:8000"
worker_class = "gthread"
workers = worker_count()
threads = 4
preload_app = True
# The heartbeat file is in memory (/dev/shm) if possible, because a slow disk can block a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
timeout = 30
graceful_timeout = 30
keepalive = 5
# The application logs the requests.
accesslog = None
# Otherwise Gunicorn would accept SCRIPT_NAME and PATH_INFO from headers of a proxy on this machine.
forwarder_headers = ""
# All Gunicorn servers of one user would share the control socket.
control_socket_disable = True


def when_ready(server: object) -> None:
    """Freeze the loaded objects before Gunicorn forks the workers, so that the workers share their
    memory.

    Without it the first garbage collection of each worker copies that memory. See `gc.freeze` in
    https://docs.python.org/3/library/gc.html
    """
    gc.collect()
    gc.freeze()
