"""Totals, question statistics and the release of results."""
