"""All tools by name."""

from __future__ import annotations

from markroom.mcp.memory_tools import MEMORY_TOOLS
from markroom.mcp.model import Tool
from markroom.mcp.paper_tools import PAPER_TOOLS

TOOLS: dict[str, Tool] = {tool.name: tool for tool in (*MEMORY_TOOLS, *PAPER_TOOLS)}
