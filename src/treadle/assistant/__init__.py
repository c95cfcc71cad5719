"""The MCP server: what the assistants of people ask about a project, and may do with it. `treadle mcp` starts it.

The server's own process speaks the protocol and knows the tools (`tools`); a process of its own that has loaded the
project answers (`answering`, `answers`). What is asked and told is written down in `models`.
"""

__all__: list[str] = []
