"""Tests of app/core: what every request goes through."""
