"""Pupils without mail, who sign in by printed codes (P-17)."""
