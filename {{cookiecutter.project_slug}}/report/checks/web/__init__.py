"""Checks of pages, forms and cookies."""
