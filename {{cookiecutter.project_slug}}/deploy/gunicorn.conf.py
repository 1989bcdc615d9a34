"""The settings of Gunicorn: `gunicorn -c deploy/gunicorn.conf.py wsgi:app`.

https://docs.gunicorn.org/en/stable/settings.html describes each setting.
"""

import gc
import os

bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 1)
threads = 4
preload_app = True
# The heartbeat file is in memory (/dev/shm) if possible, because a slow disk can block a worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
timeout = 30
graceful_timeout = 30
keepalive = 5
# The application logs the requests.
accesslog = None


def when_ready(server: object) -> None:
    """Keep the loaded application in memory that the workers share; Gunicorn forks them next.

    Without it the first garbage collection of each worker copies that memory. See `gc.freeze` in
    https://docs.python.org/3/library/gc.html
    """
    gc.collect()
    gc.freeze()
