"""Tests of the home page and the dashboard."""
