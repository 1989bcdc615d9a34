"""The limit's server: the same worker class and thread count as the baked project's."""

worker_class = "gthread"
workers = 2
threads = 4
