"""Database types, transactions and pagination; imports no feature."""
