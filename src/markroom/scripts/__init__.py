"""Batches: candidates, printed scripts, scanned pages and the answers cropped from them."""
