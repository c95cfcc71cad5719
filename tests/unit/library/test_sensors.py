"""Sensors that need no code."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from treadle import load
from treadle.ir import AssetWatch, FileWatch
from treadle.ir.requests import check_pattern

ASSETS = """
from treadle import asset


@asset(group="raw")
def orders(): ...


@asset(group="raw")
def prices(): ...


@asset(deps=[orders])
def report(): ...
"""


def test_a_file_sensor_watches_files(make_project: MakeProject) -> None:
    """
    `files` is the pattern that is looked for, with the home folder for `~`, and `selection` what runs.
    """
    yaml = "type: treadle.FileSensor\nattributes: {name: new, files: ~/in/*.csv, selection: orders+, interval: 5m}\n"
    treadle = make_project({"assets.py": ASSETS, "s/defs.yaml": yaml})
    [sensor] = load(treadle.folder).graph.sensors.values()
    assert isinstance(sensor.watch, FileWatch)
    assert ("new", "orders+", 300.0, True) == (sensor.name, sensor.selection, sensor.interval, sensor.enabled)
    assert sensor.watch.pattern.startswith("/")
    assert sensor.watch.pattern.endswith("/in/*.csv")


@pytest.mark.parametrize(
    ("written", "watch"),
    [
        pytest.param("watch: group:raw", AssetWatch(selection="group:raw"), id="any"),
        pytest.param("watch: group:raw, when: all", AssetWatch(selection="group:raw", every=True), id="all"),
        pytest.param(
            "monitored_assets: [orders, prices]", AssetWatch(selection="(orders) or (prices)"), id="several-peer"
        ),
        pytest.param("asset_key: orders", AssetWatch(selection="orders"), id="one-peer"),
    ],
)
def test_an_asset_sensor_watches_assets(make_project: MakeProject, written: str, watch: AssetWatch) -> None:
    """
    `watch` says which assets are watched, and `when` whether one of them is enough; Dagster's names are understood.
    """
    yaml = f"type: treadle.AssetSensor\nattributes: {{name: after, selection: report, {written}}}\n"
    project = load(make_project({"assets.py": ASSETS, "s/defs.yaml": yaml}).folder)
    assert () == project.diagnostics
    assert [watch] == [each.watch for each in project.graph.sensors.values()]


@pytest.mark.parametrize(
    "pattern", ["in/*.csv", "**/*.csv", "/srv/in/a?.csv", "../in/[ab].csv", "one.csv", "a/**/b/*.csv"]
)
def test_a_pattern_of_files_is_right(pattern: str) -> None:
    """
    What may match a file is a pattern.
    """
    assert pattern == check_pattern(pattern)


@pytest.mark.parametrize("pattern", ["", ".", "in/", "in/**", "a**/b.csv", "in/\0.csv"])
def test_what_matches_no_file_is_no_pattern(pattern: str) -> None:
    """
    What could never match a file, or is refused when it is looked for, is a mistake before anything runs.
    """
    with pytest.raises(ValueError, match="is not a pattern of files"):
        check_pattern(pattern)


def test_sensors_are_listed_with_what_they_watch(make_project: MakeProject) -> None:
    """
    `treadle list sensors` says what each watches: files, assets, or nothing that it could name.
    """
    yaml = """
type: treadle.FileSensor
attributes: {name: a, files: "in/*.csv", selection: orders}
---
type: treadle.AssetSensor
attributes: {name: b, watch: group:raw, when: all, selection: report}
"""
    code = "from treadle import sensor\n\n\n@sensor(interval=60)\ndef c(): ...\n"
    treadle = make_project({"assets.py": ASSETS, "s/defs.yaml": yaml, "c.py": code})
    listed = treadle("list", "sensors", "--json").json
    assert [{"files": "in/*.csv"}, {"assets": "group:raw", "when": "all"}, None] == [each["watches"] for each in listed]
    shown = [line.split()[:3] for line in treadle("list", "sensors").out.splitlines()[2:]]
    assert [["a", "in/*.csv", "30"], ["b", "group:raw", "30"], ["c", "–", "60"]] == shown
