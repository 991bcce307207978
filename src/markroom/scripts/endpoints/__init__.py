"""JSON and images of this room."""

from markroom.scripts.endpoints.batches import batch_routes
from markroom.scripts.endpoints.images import answer_routes, script_routes
from markroom.scripts.endpoints.pages import page_routes
from markroom.scripts.endpoints.scans import scan_routes

routes = (batch_routes, scan_routes, page_routes, script_routes, answer_routes)

__all__ = ["answer_routes", "batch_routes", "page_routes", "routes", "scan_routes", "script_routes"]
