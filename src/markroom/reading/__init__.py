"""Pixels and PDFs in, plain data out: pure functions without database, clock or network."""
