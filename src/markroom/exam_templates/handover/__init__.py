"""A template's way from hand to hand: copies, other owners, other projects (T-09)."""
