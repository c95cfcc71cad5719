"""What expressions see of a graph: records whose values are plain, each found when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from treadle.ir import AssetKey, CheckKey, Column
from treadle.ir.verdicts import PolicyTarget
from treadle.policies.fields import FIELDS, Kind
from treadle.policies.roster import Item
from treadle.policies.subjects import DeclaredComponent, Subjects

__all__ = ["Scene", "Values", "View"]


class View:
    """A record as expressions see it: what `FIELDS` says of its kind, and nothing else."""

    def __init__(self, kind: Kind, name: str, record: object, scene: Scene) -> None:
        self._kind = kind
        self._name = name
        self._record = record
        self._scene = scene

    def __getattr__(self, name: str) -> Any:
        field = FIELDS[self._kind].get(name) if not name.startswith("_") else None
        if field is None:
            raise AttributeError(name)
        found = self.__dict__[name] = field.read(self._record, self._scene)
        return found

    def __dir__(self) -> Iterable[str]:
        return list(FIELDS[self._kind])

    def __str__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"<{self._kind} {self._name}>"


Values = Sequence[Any] | Mapping[int, Any]
"""A field of items, by their numbers."""


class _Few(dict[int, Any]):
    """A field of those items for which it was asked."""

    def __init__(self, items: Sequence[Item], read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._items = items
        self._read = read

    def __missing__(self, number: int) -> Any:
        found = self[number] = self._read(self._items[number].key)
        return found


class Scene:
    """A graph and its components as views; each record has one."""

    def __init__(self, subjects: Subjects) -> None:
        self.graph = subjects.graph
        self._subjects = subjects
        self._components = {each.address: each for each in subjects.components}
        self._views: dict[tuple[str, object], View] = {}
        self._columns: dict[tuple[PolicyTarget, str], list[Any]] = {}
        self._few: dict[tuple[PolicyTarget, str], _Few] = {}
        self._by_component: dict[str, tuple[list[AssetKey], list[CheckKey], list[str]]] | None = None

    def view(self, target: PolicyTarget, name: Any) -> View:
        """The view of what a policy judges: by its key, its address, or whatever for the project."""
        if target == "project":
            return self._view("project", "", self._subjects.project, self._subjects)
        return getattr(self, target)(name)  # type: ignore[no-any-return] # each of these gives a view

    def column_of(self, target: PolicyTarget, items: Sequence[Item], field: str, *, few: bool = False) -> Values:
        """A field of all items of a kind, by their numbers; an empty name is the view itself.

        Args:
            few: whether it is asked for few of them, so that the others needn't be looked at.
        """
        known = self._columns.get((target, field))
        if known is not None:
            return known
        read = self._reader(target, field)
        if few:
            return self._few.setdefault((target, field), _Few(items, read))
        found = self._columns[target, field] = [read(each.key) for each in items]
        return found

    def _reader(self, target: PolicyTarget, field: str) -> Callable[[Any], Any]:
        if not field:
            return lambda key: self.view(target, key)
        # The same as of the views, of which most policies need none.
        read, record = FIELDS[target][field].read, self._record_of(target)
        return lambda key: read(record(key), self)

    def _record_of(self, target: PolicyTarget) -> Callable[[Any], Any]:
        records: Mapping[PolicyTarget, Mapping[Any, Any]] = {
            "asset": self.graph.assets,
            "check": self.graph.checks,
            "step": self.graph.steps,
            "component": self._components,
        }
        return records[target].__getitem__ if target in records else lambda _: self._subjects

    def asset(self, key: AssetKey) -> View:
        """An asset."""
        return self._views.get(("asset", key)) or self._view("asset", key, str(key), self.graph.assets[key])

    def assets(self, keys: Iterable[AssetKey]) -> list[View]:
        """Assets, by their keys; in the order of these, or sorted when there is none."""
        known = self.graph.assets
        found = sorted(keys) if isinstance(keys, frozenset) else keys
        return [self.asset(key) for key in found if key in known]

    def declared_assets(self) -> list[View]:
        """Every asset that somebody declared."""
        return [self.asset(key) for key in self.graph.assets if self.graph.is_declared(key)]

    def check(self, key: CheckKey) -> View:
        """A check."""
        return self._views.get(("check", key)) or self._view("check", key, str(key), self.graph.checks[key])

    def checks(self, keys: Iterable[CheckKey]) -> list[View]:
        """Checks, by their keys."""
        return [self.check(key) for key in keys if key in self.graph.checks]

    def step(self, address: str) -> View:
        """A step."""
        return self._views.get(("step", address)) or self._view("step", address, address, self.graph.steps[address])

    def maker(self, key: AssetKey) -> View | None:
        """The step that makes an asset."""
        step = self.graph.step_of(key)
        return None if step is None else self.step(step.address)

    def checker(self, key: CheckKey) -> View | None:
        """The step that makes a check."""
        step = self.graph.step_of_check(key)
        return None if step is None else self.step(step.address)

    def component(self, address: str) -> View | None:
        """A component; of one that isn't known, nothing."""
        known = self._components.get(address)
        if known is None:
            return None
        return self._views.get(("component", address)) or self._view("component", address, address, known)

    def column(self, column: Column) -> View:
        """A column."""
        # By its place in memory: an asset's columns are there as long as the graph, and two may be equal.
        return self._views.get(("column", id(column))) or self._view("column", id(column), column.name, column)

    def assets_of(self, address: str) -> list[View]:
        """The assets that a component declares."""
        return [self.asset(key) for key in self._declared(address)[0]]

    def checks_of(self, address: str) -> list[View]:
        """The checks that a component declares."""
        return [self.check(key) for key in self._declared(address)[1]]

    def steps_of(self, address: str) -> list[View]:
        """The steps of a component."""
        return [self.step(each) for each in self._declared(address)[2]]

    def declared_component(self, address: str) -> DeclaredComponent | None:
        """The record of a component, when there is one."""
        return self._components.get(address)

    def file(self, file: Path) -> str:
        """A file as it is seen from the project's folder."""
        root = self._subjects.root
        return (file.relative_to(root) if root and file.is_relative_to(root) else file).as_posix()

    def _declared(self, address: str) -> tuple[list[AssetKey], list[CheckKey], list[str]]:
        if self._by_component is None:
            self._by_component = {}
            for key, asset in self.graph.assets.items():
                if asset.origin:
                    self._of(asset.origin.component)[0].append(key)
            for check_key, check in self.graph.checks.items():
                if check.origin:
                    self._of(check.origin.component)[1].append(check_key)
            for name, step in self.graph.steps.items():
                self._of(step.component)[2].append(name)
        return self._of(address)

    def _of(self, address: str) -> tuple[list[AssetKey], list[CheckKey], list[str]]:
        assert self._by_component is not None
        return self._by_component.setdefault(address, ([], [], []))

    def _view(self, kind: Kind, key: object, name: str, record: object) -> View:
        found = self._views[kind, key] = View(kind, name, record, self)
        return found
