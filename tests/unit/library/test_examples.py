"""What every component type gives as an example is a component that can be used."""

from __future__ import annotations

import json

from tests.conftest import MakeProject
from treadle.components import Descriptors
from treadle.components.descriptors.words import example_yaml

FILES = ("assets.py", "notebook.py", "script.py", "totals.sql", "train.ipynb")
"""What examples say is beside them."""

OF_THE_PLATFORM = "TRD521"  # compute profiles and credentials are of the platform, and there is none


def test_examples_pass_the_check(make_project: MakeProject) -> None:
    """
    Each example, saved as the catalogue shows it, is a file in which `treadle check` finds nothing.
    """
    types = Descriptors(source=None, cache=None).all()
    found = {
        f"{each.name.rpartition('.')[2]}_{number}": example_yaml(each.name, example)
        for each in types
        for number, example in enumerate(each.examples)
    }
    beside = {f"{folder}/{file}": "" for folder in found for file in FILES}
    project = make_project({**{f"{folder}/defs.yaml": text for folder, text in found.items()}, **beside})

    told = json.loads(project("check", "--no-build", "--json").out)

    assert {each.name for each in types if not each.examples} == {"treadle.DefsFolder"}
    assert [] == [each for each in told["diagnostics"] if each["code"] != OF_THE_PLATFORM]
