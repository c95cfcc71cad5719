"""`treadle lsp`: the language server that editors start."""

from __future__ import annotations

import click

__all__ = ["lsp"]


@click.command()
@click.option("--stdio", is_flag=True, hidden=True, help="What many editors add; there is no other way.")
def lsp(stdio: bool) -> None:
    """Serve editors: mistakes as you type, completion, documentation, definitions, quick fixes.

    Speaks the Language Server Protocol on standard input and output. Editors start it; see
    docs/how-to/set-up-your-editor.md. Needs `pip install 'treadle[editor]'`.
    """
    from treadle.errors import MissingExtraError

    try:
        from treadle.language.server import serve
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("pygls", "lsprotocol", "cattrs", "attrs", "attr"):
            raise
        raise MissingExtraError("editor", needed_by="treadle lsp") from None
    serve()
