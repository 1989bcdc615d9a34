"""Tests of the database helpers."""
