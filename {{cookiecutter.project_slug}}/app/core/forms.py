"""What the forms of several features share."""


def stripped(value: str | None) -> str | None:
    """Return `value` without surrounding white space."""
    return value.strip() if value else value
