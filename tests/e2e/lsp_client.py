"""An editor, as far as a language server can tell: the protocol over standard input and output."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

PATIENCE = 60  # seconds; a slow machine is no mistake


class Editor:
    """Starts `treadle lsp`, and speaks to it."""

    def __init__(self, folder: Path | None, *, watches: bool = True) -> None:
        self.folder = folder
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.number = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "treadle", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "NO_COLOR": "1"},
        )
        threading.Thread(target=self._read, daemon=True).start()
        uri = folder.as_uri() if folder else None
        self.capabilities = self.ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "project"}] if uri else None,
                "capabilities": {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": watches}}},
            },
        )["capabilities"]
        self.tell("initialized", {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.ask("shutdown", None)
            self.tell("exit", None)
            assert self.process.wait(PATIENCE) == 0
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while header := stream.readline():
            size = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self.messages.put(json.loads(stream.read(size)))

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """Send a request, and give its answer."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _next(self) -> dict[str, Any]:
        message = self.messages.get(timeout=PATIENCE)
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": None})
        return message

    def open(self, file: Path, text: str | None = None) -> str:
        """Open a file with a text, by default its own; gives its URI."""
        written = file.read_text(encoding="utf-8") if text is None else text
        document = {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": written}
        self.tell("textDocument/didOpen", {"textDocument": document})
        return file.as_uri()

    def type(self, uri: str, text: str) -> None:
        """Replace the text of a file."""
        self.number += 1
        params = {"textDocument": {"uri": uri, "version": self.number}, "contentChanges": [{"text": text}]}
        self.tell("textDocument/didChange", params)

    def told(self, uri: str) -> list[dict[str, Any]]:
        """The next diagnostics of a file."""
        while True:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def told_codes(self, uri: str, codes: set[str]) -> list[dict[str, Any]]:
        """The next diagnostics of a file that have exactly these codes."""
        while True:
            found = self.told(uri)
            if {each["code"] for each in found} == codes:
                return found

    def at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        """Ask about a place."""
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}, **more}
        return self.ask(f"textDocument/{method}", place)
