"""Who belongs to a school, and what they may do there (P-11)."""
