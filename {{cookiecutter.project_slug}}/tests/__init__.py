"""The tests: one folder per feature, as in app/."""
