"""The web app's client is the one of the API that is written down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def test_the_types_of_the_client_are_those_of_the_document(tmp_path: Path) -> None:
    """
    The types that the web app is compiled with are made from openapi.json, and nothing of them is older.
    """
    made = tmp_path / "schema.d.ts"
    script = "node_modules/openapi-typescript/bin/cli.js"
    document = _ROOT / "docs" / "reference" / "openapi.json"
    command = [sys.executable, "hatch_build.py", script, str(document), "--output", str(made)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True)
    assert made.read_text(encoding="utf-8") == (_ROOT / "ui/src/api/schema.d.ts").read_text(encoding="utf-8"), (
        "run `make docs`"
    )
