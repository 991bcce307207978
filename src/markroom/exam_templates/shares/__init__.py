"""Who may edit a template beside its owner (T-09)."""
