"""What a compute profile says to its launcher alone, as `treadle check` reads it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        pytest.param("launcher: ray, options: {adress: auto}", [("TRD203", "unknown attribute 'adress'")], id="name"),
        pytest.param(
            "launcher: slurm, options: {patience: soon}",
            [("TRD204", "patience: expected a number, found text 'soon'")],
            id="value",
        ),
        pytest.param(
            "launcher: kubernetes, image: lab, options: {queue_is: kue}",
            [("TRD204", "queue_is: expected 'kueue', 'namespace' or 'priority', found text 'kue'")],
            id="choice",
        ),
        pytest.param("launcher: kubernetes", [("TRD523", "the compute profile 'far' needs an image")], id="image"),
        pytest.param(
            "launcher: slurm, options: {arguments: [--account=lab], heartbeat: 60}",
            [],
            id="right",
        ),
    ],
)
def test_options_are_compared_with_what_the_launcher_knows(make_project, profile, told):
    """
    A mistake in them is told at its line, before anything runs.
    """
    answer = make_project({"/compute.yaml": f"far: {{{profile}}}\n"})("check", "--json")
    found = answer.json["diagnostics"]
    assert told == [(each["code"], each["message"]) for each in found]
    assert {"compute.yaml"} >= {Path(each["file"]).name for each in found}
