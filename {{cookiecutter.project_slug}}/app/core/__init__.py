"""Parts that several features share: errors, forms, logging, security headers, menus, rate limits.

Imports no feature.
"""
