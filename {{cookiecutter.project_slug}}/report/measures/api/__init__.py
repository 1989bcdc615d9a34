"""Measures of the API: tokens, other origins, its description."""
