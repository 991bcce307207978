"""How a pupil without an address comes to one (P-17)."""
