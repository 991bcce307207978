"""What somebody is told inside the application (P-14)."""
