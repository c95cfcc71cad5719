"""Speaks the Model Context Protocol on standard input and output, until that ends."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from anyio.to_thread import run_sync
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from pydantic import ValidationError

from treadle import __version__
from treadle.assistant.launching import Announcing, Launching
from treadle.assistant.mistaken import mistakes_in
from treadle.assistant.schemas import schema_of
from treadle.assistant.tools import TOOLS, Tool
from treadle.background.project_process import NotLoadedError, ProjectProcess
from treadle.errors import did_you_mean

__all__ = ["serve"]

_MOST_AT_ONCE = 4
_MOST_SECONDS = 120.0
_INSTRUCTIONS = """Treadle turns YAML files (components) into data assets that are checked, documented and run.
To write a component: find its type, read about it, draft the file, call check_yaml until there are no errors, save it.
To mend a project: check_project, change what is told at its file and line, check again.
Mistakes are in `diagnostics`, with a code that explain_code knows; TRD901 is a policy that denies, which nobody passes.
What is empty is left out of answers."""


class _Answering(ProjectProcess):
    answers = "treadle.assistant.answering"


class _Calls:
    """Lists the tools and calls them."""

    def __init__(self, asking: ProjectProcess, tools: Sequence[Tool], launching: Launching | None) -> None:
        self._asking = asking
        self._tools = {each.name: each for each in tools}
        self._launching = launching
        self._places = anyio.Semaphore(_MOST_AT_ONCE)

    async def list(
        self, context: ServerRequestContext[Any], asked: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        """Every tool, in one page."""
        return types.ListToolsResult(tools=[_told(each) for each in self._tools.values()])

    async def call(
        self, context: ServerRequestContext[Any], asked: types.CallToolRequestParams
    ) -> types.CallToolResult:
        """What a tool says: a mistake of who calls it is told as one."""
        tool = self._tools.get(asked.name)
        if tool is None:
            return _mistake(f"there is no tool {asked.name!r}", self._hint(asked.name))
        try:
            arguments = tool.takes(**(asked.arguments or {}))
        except ValidationError as error:
            return _mistake(mistakes_in(tool, error), "")
        found = await self._found(tool, arguments.model_dump(mode="json"))
        if "mistake" in found:
            return _mistake(found["mistake"], found["fix"])
        if tool.changes and self._launching is not None and "run" in found["answer"]:
            await run_sync(self._launching.start)
        return _answer(found["answer"])

    async def _found(self, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """What `answering` says; who doesn't wait for it any more needn't."""
        async with self._places:
            try:
                return await run_sync(partial(self._ask, tool, arguments), abandon_on_cancel=True)
            except NotLoadedError as error:
                return {"mistake": f"it can't be told: {error}", "fix": "look at what the server printed, or try again"}

    def _ask(self, tool: Tool, arguments: Mapping[str, Any]) -> dict[str, Any]:
        order = {"tool": tool.name, "arguments": arguments}
        found: dict[str, Any] = json.loads(self._asking.ask_at_length(order, most_seconds=_MOST_SECONDS))
        return found

    def _hint(self, name: str) -> str:
        if name in TOOLS:
            return "it changes something, which has to be allowed: start the server as `treadle mcp --allow-runs`"
        return did_you_mean(name, self._tools)


def serve(folder: Path, *, allow_runs: bool, announce: Announcing | None = None) -> None:
    """Answer until the standard input ends. `allow_runs` gives the tools that change something.

    `announce` says of the events of runs which observers have to be told of them.
    """
    # A thread that reads can't be interrupted. What loads ends when this process is gone, and runs go on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asking = _Answering(folder)
    asking.start()  # while this process imports what it needs itself
    launching = Launching(folder, announce) if allow_runs else None
    calls = _Calls(asking, [each for each in TOOLS.values() if allow_runs or not each.changes], launching)
    try:
        anyio.run(_speak, calls)
    finally:
        asking.close()
        if launching is not None:
            launching.close()


async def _speak(calls: _Calls) -> None:
    server = Server[Any](
        "treadle",
        title="Treadle",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=calls.list,
        on_call_tool=calls.call,
    )
    # What is printed meanwhile, here and in processes that are started, goes to the standard error.
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _told(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=schema_of(tool.takes),
        output_schema=schema_of(tool.gives),
        annotations=types.ToolAnnotations(
            read_only_hint=not tool.changes,
            destructive_hint=tool.changes,
            idempotent_hint=not tool.changes,
            open_world_hint=tool.changes,
        ),
    )


def _answer(found: Mapping[str, Any]) -> types.CallToolResult:
    text = json.dumps(found, ensure_ascii=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=dict(found), is_error=False
    )


def _mistake(message: str, fix: str) -> types.CallToolResult:
    text = f"{message}\n{fix}" if fix else message
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)
