"""The project that tests of the MCP server ask about."""

from __future__ import annotations

from pathlib import Path

from tests.unit.server.projects import write_project

__all__ = ["BOLTS", "LOOMS", "OWNED", "write_mill"]

LOOMS = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - key: raw/looms
      description: Our looms
      owners: ["team:weaving"]
"""
BOLTS = """\
type: treadle.PythonScript
attributes:
  execution: {path: s.py}
  assets:
    - key: bolts
      deps: [raw/looms]
"""
OWNED = BOLTS + '      owners: ["ann@mill.example"]\n'
POLICIES = """\
policies:
  owned: {require: asset.owners, message: "{{ asset.key }} is nobody's", docs: "https://mill.example/owned"}
"""
# What is printed while a module is imported would be taken for the protocol, however it is printed.
LOUD = """\
import os
import subprocess

print("weaving begins")
os.write(1, b"weaving goes on\\n")
subprocess.run(["echo", "weaving ends"], check=True)
"""
LEDGER = """\
import os

from treadle import asset


@asset(owners=["ann@mill.example"], description=os.environ["LEDGER_KEY"])
def ledger(context):
    print("a line of the ledger")
    raise RuntimeError("the ink is dry")
"""


def write_mill(root: Path, *, loud: bool = False) -> Path:
    """A mill in which a policy denies one of three assets; its module prints what it can, when it is `loud`."""
    return write_project(
        root,
        {
            "looms/defs.yaml": LOOMS,
            "looms/s.py": "print('clack')\n",
            "bolts/defs.yaml": BOLTS,
            "bolts/s.py": "",
            "ledger.py": (LOUD if loud else "") + LEDGER,
            "/policies.yaml": POLICIES,
            "/credentials.yaml": "ledger: {provider: environment, variable: LEDGER_KEY}\n",
            "/.env": "LEDGER_KEY=k3y-of-the-vault\n",
        },
    )
