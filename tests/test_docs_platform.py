"""The page about `compute.yaml` and `credentials.yaml` lists what their models have."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import MakeProject
from tests.pages import DOCS, blocks
from treadle.project import load
from treadle.project.platform import models

PAGE = (DOCS / "reference" / "platform.md").read_text(encoding="utf-8")


def section(name: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"\n## {name}\n")[2], flags=re.MULTILINE)[0]


def listed(text: str) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


def test_the_files_of_the_page_are_right(make_project: MakeProject) -> None:
    """
    What the page shows is accepted as it stands, and has everything that it is about.
    """
    files = {f"/{each.file}": each.text for each in blocks(PAGE) if each.file}
    project = load(make_project(files).folder)
    assert () == project.diagnostics
    assert ["small", "gpu"] == list(project.graph.platform.compute)
    assert Path.home() / ".config/lab/deploy_key" == project.graph.platform.credentials["deploy_key"].provider.path


def test_every_attribute_is_on_the_page() -> None:
    """
    The tables have the attributes of profiles, and those of each provider.
    """
    assert list(models.ComputeAttributes.model_fields) == listed(section("compute.yaml"))
    kinds = [
        models.EnvironmentCredential,
        models.FileCredential,
        models.CommandCredential,
        models.OidcClientCredential,
        models.TokenExchangeCredential,
    ]
    shared = {"provider", "description", "allowed"}
    text = section("credentials.yaml")
    named = [re.escape(kind.model_fields["provider"].annotation.__args__[0]) for kind in kinds]
    rows = {name: re.search(rf"^\| `{name}` \| (.*) \|$", text, re.MULTILINE)[1] for name in named}
    for kind, name in zip(kinds, named, strict=True):
        own = [each for each in kind.model_fields if each not in shared]
        assert [] == [each for each in own if f"`{each}`" not in rows[name]]
    assert shared <= set(listed(text))
