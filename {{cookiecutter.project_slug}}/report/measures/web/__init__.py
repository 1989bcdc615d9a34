"""Measures of pages, forms and cookies."""
