"""Checks of the API: tokens, CORS, the OpenAPI document."""
