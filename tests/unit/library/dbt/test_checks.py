"""dbt tests as checks, over small manifests."""

from __future__ import annotations

from typing import Any

import pytest

EPHEMERAL = {"config": {"materialized": "ephemeral"}}
A, B, C = "model.small.a", "model.small.b", "model.small.c"


@pytest.mark.parametrize(
    ("tests", "checks"),
    [
        pytest.param([("test.small.t.1", {"attached_node": B, "parents": [A, B]})], {"b:t": ["a"]}, id="attached"),
        pytest.param([("test.small.t", {"parents": [A]})], {"a:t": []}, id="singular-one-parent"),
        pytest.param([("test.small.t", {"parents": [A, B]})], {"b:t": ["a"]}, id="singular-most-downstream"),
        pytest.param([("test.small.t", {"parents": [C, A]})], {"a:t": ["c"]}, id="singular-ties-by-name"),
        pytest.param(
            [("test.small.t", {"parents": [A, B], "config": {"meta": {"dagster": {"ref": {"name": "a"}}}}})],
            {"a:t": ["b"]},
            id="singular-named",
        ),
        pytest.param([("unit_test.small.b.u", {"name": "u", "parents": [B]})], {"b:u": []}, id="unit-test"),
        pytest.param(
            [("test.small.t", {"attached_node": "model.small.e", "parents": ["model.small.e"]})],
            {"b:t": []},
            id="ephemeral",
        ),
        pytest.param([("test.small.t", {"parents": ["source.small.s.x"]})], {"s/x:t": []}, id="source"),
        pytest.param(
            [
                (
                    "test.small.t",
                    {
                        "parents": [A, "source.small.s.x"],
                        "test_metadata": {"name": "relationships", "kwargs": {"model": "source('s', 'x')"}},
                    },
                )
            ],
            {"s/x:t": ["a"]},
            id="source-that-reads-a-model",
        ),
        pytest.param([("test.small.t", {"parents": [A], "config": {"enabled": False}})], {}, id="disabled"),
        pytest.param(
            [("test.small.t.h1", {"attached_node": A}), ("test.tools.t.h2", {"attached_node": A})],
            {"a:small.t": [], "a:tools.t": []},
            id="clash-told-apart-by-package",
        ),
        pytest.param(
            [("test.small.t.h1", {"attached_node": A}), ("test.small.t.h2", {"attached_node": A})],
            {"a:small.t.h1": [], "a:small.t.h2": []},
            id="clash-told-apart-by-hash",
        ),
        pytest.param(
            [("test.small.t.h1", {"attached_node": A}), ("test.small.t.h2", {"attached_node": B})],
            {"a:t": [], "b:t": []},
            id="no-clash-on-two-assets",
        ),
    ],
)
def test_what_a_test_checks(declare: Any, make_manifest: Any, entry: Any, tests: Any, checks: Any) -> None:
    """
    Each data test and unit test is one check, of the asset it is about; other parents are what it reads, too.
    """
    folder = make_manifest(
        entry(A),
        entry(B, parents=[A]),
        entry(C),
        entry("model.small.e", parents=[B], **EPHEMERAL),
        entry("source.small.s.x", source_name="s"),
        *(entry(name, **fields) for name, fields in tests),
    )
    found = declare({"project": str(folder)}).definitions.checks
    assert checks == {str(each.key): sorted(map(str, each.additional_deps)) for each in found}


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        pytest.param({}, ("error", True), id="default"),
        pytest.param({"severity": "ERROR"}, ("error", True), id="error"),
        pytest.param({"severity": "warn"}, ("warn", False), id="warn"),
    ],
)
def test_severity(declare: Any, make_manifest: Any, entry: Any, severity: Any, expected: Any) -> None:
    """
    A test whose failure is an error to dbt blocks what is downstream, as it does in dbt.
    """
    test = entry("test.small.t", attached_node=A, config=severity, description="Why.")
    check = declare({"project": str(make_manifest(entry(A), test))}).check("a:t")
    assert (*expected, "Why.") == (str(check.severity), check.blocking, check.description)


@pytest.mark.parametrize(
    ("settings", "checks"),
    [
        pytest.param({}, ["a:t", "s/x:st"], id="default"),
        pytest.param({"enable_source_tests_as_checks": False}, ["a:t"], id="no-source-tests"),
        pytest.param({"enable_asset_checks": False}, [], id="none"),
    ],
)
def test_settings(declare: Any, make_manifest: Any, entry: Any, settings: Any, checks: list[str]) -> None:
    """
    `translation_settings` says which tests are checks.
    """
    folder = make_manifest(
        entry(A),
        entry("source.small.s.x", source_name="s"),
        entry("test.small.t", attached_node=A),
        entry("test.small.st", parents=["source.small.s.x"]),
    )
    assert checks == declare({"project": str(folder), "translation_settings": settings}).checks
