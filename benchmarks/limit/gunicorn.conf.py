"""The limit's server: the same worker class and thread count as the baked project's."""

import os

worker_class = "gthread"
workers = int(os.environ["WEB_CONCURRENCY"])
threads = 4
