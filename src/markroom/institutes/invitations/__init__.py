"""Asking somebody to join a school, or a project of it (P-05 to P-09)."""
