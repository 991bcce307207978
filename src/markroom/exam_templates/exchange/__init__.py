"""Templates as files (T-12): a whole template as JSON or QTI, its mark scheme as CSV. Pure."""
