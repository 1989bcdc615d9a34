"""Tests of what every request goes through."""
