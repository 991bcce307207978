"""Closing a school, which keeps all of it (P-15)."""
