"""What every request goes through; imports no feature."""
