"""What a user is told when a dbt project, or a component over one, is wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from treadle.components import ScaffoldRequest
from treadle.errors import Diagnostic, ProjectError
from treadle.ir import RetryPolicy
from treadle.library.dbt.component import DbtProject


def diagnostics(declare: Any, attributes: dict[str, Any]) -> tuple[Diagnostic, ...]:
    with pytest.raises(ProjectError) as caught:
        declare(attributes)
    return caught.value.diagnostics


@pytest.mark.parametrize(
    ("attributes", "code", "words"),
    [
        pytest.param({"project": "nowhere"}, "TRD601", "there is no dbt project", id="no-folder"),
        pytest.param({"project": "{{ project_root }}"}, "TRD601", "is not a dbt project", id="no-dbt-project"),
        pytest.param({"cli_args": ["build", "--select", "a"]}, "TRD608", "'--select'", id="select-in-args"),
        pytest.param({"cli_args": ["build", {"--exclude": "a"}]}, "TRD608", "'--exclude'", id="exclude-in-args"),
        pytest.param({"cli_args": ["build", "--log-format=text"]}, "TRD608", "'--log-format'", id="log-format"),
        pytest.param({"cli_args": ["docs", "generate"]}, "TRD608", "no dbt command that writes", id="other-command"),
    ],
)
def test_before_dbt_is_asked(
    declare: Any, make_manifest: Any, entry: Any, attributes: dict[str, Any], code: str, words: str
) -> None:
    """
    What can be seen without dbt is said without it, at the attribute.
    """
    folder = make_manifest(entry("model.small.a"))
    (found,) = diagnostics(declare, {"project": str(folder), **attributes})
    assert (code, True) == (found.code, words in found.message)
    assert "defs.yaml" == found.span.file.name
    assert found.fix


def test_dbt_project_that_is_no_yaml(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A `dbt_project.yml` that can't be read is pointed at, line and column.
    """
    folder = make_manifest(entry("model.small.a"))
    (folder / "dbt_project.yml").write_text("name: small\nprofile: ]\n", encoding="utf-8")
    (found,) = diagnostics(declare, {"project": str(folder)})
    assert ("TRD602", f"{folder}/dbt_project.yml:2:10") == (found.code, str(found.span))


@pytest.mark.parametrize(
    "attributes",
    [
        pytest.param({"select": "a", "selector": "b"}, id="select-and-selector"),
        pytest.param({"exclude": "a", "selector": "b"}, id="exclude-and-selector"),
        pytest.param({"include_metadata": ["nonsense"]}, id="unknown-metadata"),
        pytest.param({"project": {"target": "x"}}, id="no-project-dir"),
        pytest.param({"translation_settings": {"enable_everything": True}}, id="unknown-setting"),
    ],
)
def test_attributes_that_make_no_sense(
    declare: Any, make_manifest: Any, entry: Any, attributes: dict[str, Any]
) -> None:
    """
    Attributes are refused when they contradict each other or don't exist.
    """
    folder = make_manifest(entry("model.small.a"))
    with pytest.raises((ValidationError, ProjectError)):
        declare({"project": str(folder), **attributes})


def test_what_other_systems_write(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A file written for Dagster, with everything it may say, is accepted.
    """
    folder = make_manifest(entry("model.small.a"))
    attributes = {
        "project": {
            "project_dir": str(folder),
            "packaged_project_dir": "x",
            "prepare_project_cli_args": ["parse", "--quiet"],
        },
        "op": {
            "name": "nightly",
            "tags": {"team": "x"},
            "description": "Builds.",
            "pool": "db",
            "retries": 2,
            "timeout": "1h",
        },
        "include_metadata": ["column_metadata", "row_count"],
        "prepare_if_dev": True,
        "translation_settings": {"enable_code_references": True, "enable_source_metadata": True},
        "cli_args": ["build", {"--vars": {"day": "{{ partition_key }}"}}],
    }
    step = declare(attributes).step
    assert ("jdbt:nightly", "Builds.", "db", {"team": "x"}, RetryPolicy(times=2), 3600.0) == (
        step.address,
        step.description,
        step.pool,
        dict(step.tags),
        step.retries,
        step.timeout,
    )


PLACES = [
    pytest.param(
        {"models/bad.sql": "select 1\n\n{% if %}\n"},
        {},
        "TRD604",
        "models/bad.sql:3:1",
        "Compilation Error in model bad",
        id="jinja",
    ),
    pytest.param(
        {"models/bad.sql": "select 1\nfrom {{ ref('nope') }}\n"},
        {},
        "TRD604",
        "models/bad.sql:2:14",
        "a node named 'nope'",
        id="ref",
    ),
    pytest.param(
        {"models/bad.sql": "select '{{ env_var('NO_SUCH_X') }}'"},
        {},
        "TRD604",
        "models/bad.sql:1:12",
        "NO_SUCH_X",
        id="env-var",
    ),
    pytest.param(
        {"models/bad.yml": "models:\n  - name: x\n   desc: y\n"},
        {},
        "TRD604",
        "models/bad.yml:3:4",
        "Parsing Error",
        id="yaml",
    ),
    pytest.param(
        {"profiles.yml": "other: {}\n"}, {}, "TRD603", "defs.yaml:1:1", "Could not find profile", id="profile"
    ),
    pytest.param({}, {"target": "moon"}, "TRD603", "defs.yaml:1:1", "target named 'moon'", id="target"),
    pytest.param(
        {"dbt_project.yml": "name: shop\nprofile: shop\nmodel-paths: 5\n"},
        {},
        "TRD602",
        "dbt_project.yml:1:1",
        "model-paths",
        id="dbt-project",
    ),
]


@pytest.mark.dbt
@pytest.mark.parametrize(("files", "settings", "code", "place", "words"), PLACES)
def test_what_dbt_refuses(
    declare: Any, shop: Path, files: dict[str, str], settings: dict[str, str], code: str, place: str, words: str
) -> None:
    """
    What dbt can't read is told in dbt's words, at the file and line that dbt means.
    """
    for name, text in files.items():
        (shop / name).write_text(text, encoding="utf-8")
    (found,) = diagnostics(declare, {"project": {"project_dir": str(shop), **settings}})
    assert (code, True) == (found.code, words in found.message)
    assert str(found.span).endswith("/" + place)
    if code == "TRD603":
        assert re.search(r"profiles\.yml has .*(dev, prod|other)", found.fix)


@pytest.mark.dbt
@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        pytest.param({"select": "nosuch:x"}, "'nosuch' is not a valid method name", id="method"),
        pytest.param({"select": "tag:nothing"}, "matches nothing", id="nothing"),
        pytest.param({"selector": "nosuch"}, "Could not find selector named nosuch", id="selector"),
    ],
)
def test_selections(declare: Any, shop: Path, attributes: dict[str, str], words: str) -> None:
    """
    A selection that dbt can't read, or that matches nothing, is an error.
    """
    (found,) = diagnostics(declare, {"project": str(shop), **attributes})
    assert ("TRD605", True) == (found.code, words in found.message)


@pytest.mark.parametrize("given", ["transform/shop", "absolute"])
def test_scaffolding(tmp_path: Path, given: str) -> None:
    """
    A scaffolded component names its dbt project from the project's root on.
    """
    (tmp_path / "transform" / "shop").mkdir(parents=True)
    (tmp_path / "transform" / "shop" / "dbt_project.yml").write_text("name: shop\n", encoding="utf-8")
    path = given if given != "absolute" else str(tmp_path / "transform" / "shop")
    request = ScaffoldRequest(folder=tmp_path, project_root=tmp_path, params={"project_path": path})
    assert {"project": "{{ project_root }}/transform/shop"} == DbtProject.scaffold(request)


@pytest.mark.parametrize("params", [{}, {"project_path": "nowhere"}], ids=["not-given", "not-there"])
def test_scaffolding_nothing(tmp_path: Path, params: dict[str, str]) -> None:
    """
    Nothing is scaffolded over what isn't a dbt project.
    """
    with pytest.raises(ProjectError) as caught:
        DbtProject.scaffold(ScaffoldRequest(folder=tmp_path, project_root=tmp_path, params=params))
    assert ["TRD601"] == [each.code for each in caught.value.diagnostics]


@pytest.mark.parametrize("example", DbtProject.examples(), ids=["simple", "translated", "partitioned"])
def test_examples(declare: Any, make_manifest: Any, entry: Any, tmp_path: Path, example: dict[str, Any]) -> None:
    """
    Every example is valid.
    """
    assert DbtProject.model_validate(example).cli_args.raw[0] == "build"
