"""A dye works: a project with something of everything that pages about assets show."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DYEWORKS"]

DYES = """\
# What the garden gives.
type: treadle.PythonScript
attributes:
  execution:
    path: mix.py
  assets:
    - key: raw/madder
      description: |
        Roots of **madder**, dried and ground.

        | grade | use |
        |-------|-----|
        | 1     | red |
      group: raw
      owners: [garden@dye.example, team:garden]
      tags: {tier: "1", plant: ""}
      metadata: {beds: 7, link: "https://dye.example/madder"}
    - key: dyes/red
      description: Red, made from roots.
      group: dyes
      deps: [raw/madder, water]
      owners: [team:vats]
      tags: {tier: "1"}
  checks:
    - {asset: dyes/red, name: is_red, description: The colour is what its name says.}
    - {asset: dyes/red, name: is_fast, severity: warn}
---
type: treadle.PythonScript
attributes:
  execution: {path: mix.py}
  assets:
    - {key: dyes/blue, group: dyes, description: "{{ shade }} blue, token hush-hush-7"}
"""

FOLDER = """\
type: treadle.DefsFolder
template_vars_module: .shades
post_processing:
  assets:
    - target: "*"
      attributes: {tags: {season: autumn}}
"""

SHADES = """
from treadle import template_var


@template_var
def shade():
    return "deep"
"""

MIX = """
import sys
from pathlib import Path

from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as pipes:
    count = Path("count")
    number = int(count.read_text()) + 1 if count.exists() else 1
    count.write_text(str(number))
    for key in ["raw/madder", "dyes/red"]:
        pipes.report_asset_materialization(
            asset_key=key,
            metadata={"grams": 100 + 10 * number, "vat": {"raw_value": {"degrees": 60.5}, "type": "json"}, "note": "good"},
        )
    pipes.report_asset_check(asset_key="dyes/red", check_name="is_red", passed=number < 2, severity="ERROR")
    pipes.report_asset_check(asset_key="dyes/red", check_name="is_fast", passed=True, severity="WARN")
"""

VATS = '''
from treadle import Materialization, MultiPartitions, StaticPartitions, TimeWindowPartitions, asset, check, schedule

DAYS = TimeWindowPartitions(cron="0 0 * * *", start="2026-09-01", end="2026-10-01")
SHADES = StaticPartitions(keys=["crimson", "scarlet", "pink"])


@asset(partitions=DAYS, group="vats", kinds={"python", "table"})
def vats(context):
    """What is in the vats, day by day."""
    if context.partition == "2026-09-03":
        raise RuntimeError("a vat leaked")
    return Materialization(metadata={"litres": 10.0 * int(context.partition[-2:])})


@asset(partitions=MultiPartitions(dimensions={"day": DAYS, "shade": SHADES}), deps=[vats], group="cloth")
def cloth(context): ...


@asset(deps=["dyes/red"], group="cloth")
def flags(context):
    """Flags, red ones."""


@check(asset=flags)
def has_poles(context):
    return True


@schedule(cron="0 6 * * *", selection="flags")
def mornings(): ...
'''

DYEWORKS: Mapping[str, str] = {
    "garden/dyes/defs.yaml": DYES,
    "garden/dyes/mix.py": MIX,
    "garden/defs.yaml": FOLDER,
    "garden/shades.py": SHADES,
    "vats.py": VATS,
    "/.env": "DYE_TOKEN=hush-hush-7\n",
    "/credentials.yaml": "dye: {provider: environment, variable: DYE_TOKEN}\n",
}
