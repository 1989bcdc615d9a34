"""The `flask` commands that belong to no feature."""
