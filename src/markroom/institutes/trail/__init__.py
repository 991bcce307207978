"""The audit trail of a school, as its admins read it (X-09)."""
