"""The tenant: who belongs to it, and who is asked to."""
