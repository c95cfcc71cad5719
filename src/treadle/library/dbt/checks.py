"""dbt's tests as checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from treadle.ir import Check, CheckKey, CheckSeverity
from treadle.library.dbt.tested import columns_of, kind_of
from treadle.library.dbt.translation import Translated, Translator

if TYPE_CHECKING:
    from treadle.library.dbt.manifest import Manifest, Node

__all__ = ["checks_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    node: Node
    check: Check


def checks_of(
    manifest: Manifest,
    translated: Translated,
    translator: Translator,
    *,
    selected: frozenset[str] | None = None,
    source_tests: bool = True,
) -> dict[str, Check]:
    """One check for each data test and unit test of the assets, by dbt's unique id."""
    found = [
        _Found(node=node, check=check)
        for node in _tests(manifest, selected)
        if (check := _check(node, manifest, translated, translator, source_tests=source_tests)) is not None
    ]
    return {each.node.unique_id: each.check for each in _apart(_apart(found, by_package=True), by_package=False)}


def _tests(manifest: Manifest, selected: frozenset[str] | None) -> Iterator[Node]:
    for part in (manifest.nodes, manifest.unit_tests):
        for unique_id, node in part.items():
            is_test = node.resource_type in ("test", "unit_test") and node.config.enabled
            if is_test and (selected is None or unique_id in selected):
                yield node


def _check(
    node: Node, manifest: Manifest, translated: Translated, translator: Translator, *, source_tests: bool
) -> Check | None:
    lineage = translator.lineage
    about = _about(node, manifest, translator)
    if about is None or (about in manifest.sources and not source_tests):
        return None
    declared = [each for each in lineage.fold([about]) if _is_declared(each, manifest, translated)]
    owner = lineage.most_downstream(declared)
    if owner is None:
        return None
    asset = translated.keys[owner]
    others = {translated.keys[each] for each in lineage.fold(node.parents) if each in translated.keys}
    # dbt skips what is downstream of a failed test only when the test's severity is error.
    is_error = (node.config.severity or "error").casefold() != "warn"
    return Check(
        name=node.name,
        asset=asset,
        additional_deps=frozenset(others - {asset}),
        description=node.description or None,
        severity=CheckSeverity.ERROR if is_error else CheckSeverity.WARN,
        blocking=is_error,
        metadata=_metadata(node),
        origin=translator.origin(node),
    )


def _metadata(node: Node) -> dict[str, object]:
    metadata: dict[str, object] = {"dbt/unique_id": node.unique_id, "dbt/resource_type": node.resource_type}
    if (kind := kind_of(node)) not in ("singular", node.resource_type):
        metadata["dbt/test"] = kind
    if columns := columns_of(node):
        metadata["dbt/columns"] = columns
    return metadata


def _about(node: Node, manifest: Manifest, translator: Translator) -> str | None:
    """The unique id of what a test tests."""
    parents = [each for each in node.parents if each in manifest.nodes or each in manifest.sources]
    if node.attached_node in manifest.nodes:
        return node.attached_node
    if (named := _named(node, manifest)) is not None:
        return named
    if node.test_metadata and (source := _tested_source(node.test_metadata, parents, manifest)) is not None:
        return source
    return parents[0] if len(parents) == 1 else translator.lineage.most_downstream(parents)


def _named(node: Node, manifest: Manifest) -> str | None:
    """What `meta.dagster.ref` of a singular test names: `{name, package, version}`."""
    reference: Any = node.dagster_meta.get("ref")
    if not isinstance(reference, dict):
        return None
    for parent in node.parents:
        found = manifest.nodes.get(parent)
        if found is None or found.name != reference.get("name"):
            continue
        package, version = reference.get("package", reference.get("package_name")), reference.get("version")
        if package in (None, found.package_name) and (version is None or str(version) == str(found.version)):
            return parent
    return None


def _tested_source(metadata: dict[str, Any], parents: Iterable[str], manifest: Manifest) -> str | None:
    """The source that a generic test was written under; a test of a source may well read models, too."""
    sources = [each for each in parents if each in manifest.sources]
    model = str((metadata.get("kwargs") or {}).get("model", ""))
    for each in sources:
        source = manifest.sources[each]
        if f"'{source.source_name}'" in model and f"'{source.name}'" in model:
            return each
    return sources[0] if sources else None


def _is_declared(unique_id: str, manifest: Manifest, translated: Translated) -> bool:
    """Whether what a test tests is an asset here; a source may be one under the name of the node that writes it."""
    if translated.declares(unique_id):
        return True
    return unique_id in manifest.sources and unique_id in translated.keys


def _apart(found: Iterable[_Found], *, by_package: bool) -> list[_Found]:
    """The same checks, with names that clash on one asset told apart by the package, then by dbt's own hash."""
    found = list(found)
    times = Counter(each.check.key for each in found)
    return [each if times[each.check.key] == 1 else _renamed(each, by_package=by_package) for each in found]


def _renamed(found: _Found, *, by_package: bool) -> _Found:
    key: CheckKey = found.check.key
    tail = found.node.unique_id.rsplit(".", 1)[-1]
    name = f"{found.node.package_name}.{key.name}" if by_package else f"{key.name}.{tail}"
    return replace(found, check=replace(found.check, name=name))
