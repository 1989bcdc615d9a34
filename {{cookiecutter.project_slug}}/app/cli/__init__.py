"""The project's own `flask` commands."""
