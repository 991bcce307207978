"""The canvases a template had (T-09)."""
