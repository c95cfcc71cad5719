"""A real client of the Model Context Protocol, which starts `treadle mcp` as assistants do."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
from anyio.from_thread import BlockingPortal, start_blocking_portal

if TYPE_CHECKING:
    from mcp import Client, types

__all__ = ["Assistant", "connected"]


class Assistant:
    """A client that is connected; `called` are the tools that have answered."""

    def __init__(self, root: Path, portal: BlockingPortal, client: Client) -> None:
        self.root = root
        self.called: set[str] = set()
        self._portal = portal
        self._client = client
        self.tools: dict[str, types.Tool] = {each.name: each for each in portal.call(client.list_tools).tools}

    def __call__(self, tool: str, **arguments: Any) -> Any:
        """What a tool says; it has the shape that was promised, and is also there as text."""
        result = self._portal.call(self._client.call_tool, tool, arguments)
        assert not result.is_error, result.content[0].text
        jsonschema.validate(result.structured_content, self.tools[tool].output_schema)
        self.called.add(tool)
        return result.structured_content

    def mistake(self, tool: str, **arguments: Any) -> str:
        """What is told of a call that is wrong."""
        result = self._portal.call(self._client.call_tool, tool, arguments)
        assert result.is_error, result.structured_content
        text: str = result.content[0].text
        return text

    def write(self, path: str, text: str) -> None:
        """Save a file of the project."""
        (self.root / path).write_text(text, encoding="utf-8")


@asynccontextmanager
async def _client(root: Path, more: tuple[str, ...], errors: Any) -> Any:
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    command = StdioServerParameters(
        command=sys.executable, args=["-m", "treadle", "-C", str(root), "mcp", *more], env=dict(os.environ)
    )
    async with Client(stdio_client(command, errlog=errors)) as client:
        yield client


@contextmanager
def connected(root: Path, *more: str) -> Iterator[Assistant]:
    """A client of a server of a project, which ends with it; what the server prints is in `mcp.err`, in the project."""
    with (
        (root / "mcp.err").open("w", encoding="utf-8") as errors,
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_client(root, more, errors)) as client,
    ):
        yield Assistant(root, portal, client)
