"""Inviting a whole list of people at once (P-12)."""
