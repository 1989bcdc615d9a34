"""Tests of the infrastructure of the API."""
