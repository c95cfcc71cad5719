"""A small world whose history a test tells in words, a minute between any two of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from treadle.ir import Asset, AssetGraph, AssetKey, Definitions, Partitions, Step, TimeWindowPartitions, link
from treadle.ir.conditions import parse_condition
from treadle.runner.automation import LISTED, Evaluation, Keys, View, evaluate
from treadle.store import AssetState

START = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_graph(*assets: Asset, external: Iterable[str] = ()) -> AssetGraph:
    """Assets, each with a step of its own, but the external ones."""
    steps = [Step(name=str(each.key), assets=[each.key], run=print) for each in assets if str(each.key) not in external]
    graph, mistakes = link(Definitions(assets=assets, steps=steps))
    assert () == mistakes
    return graph


def orders(condition: str, **given: object) -> AssetGraph:
    """`raw`, and `orders` that is made from it and has a condition."""
    own = Asset(key="orders", deps=["raw"], automation=parse_condition(condition), code_version="1", **given)
    return a_graph(Asset(key="raw"), own)


@dataclass
class World:
    """What happened so far. `look` evaluates; every other word is about an asset, or one of its partitions (`raw[a]`)."""

    graph: AssetGraph
    keys: Keys = LISTED
    now: datetime = START
    state: dict[str, object] = field(default_factory=dict)
    view: View = field(default_factory=View)
    runs: int = 0

    def tell(self, history: str) -> list[list[str]]:
        """Let everything happen that a text says, in order; what each look requested."""
        told = []
        for happening in filter(None, map(str.strip, history.split("|"))):
            self.now += MINUTE
            if happening == "look":
                told.append(self.look())
            else:
                self.happens(*happening.split())
        return told

    def look(self) -> list[str]:
        found = self.evaluate()
        # What is remembered goes through a database.
        self.state = json.loads(json.dumps(found.state))
        return sorted(
            str(asset) if key is None else f"{asset}[{key}]" for asset, keys in found.requested.items() for key in keys
        )

    def evaluate(self) -> Evaluation:
        return evaluate(self.graph, self.view, self.state, now=self.now, keys=self.keys)

    def happens(self, name: str, verb: str, *more: str) -> None:
        name, _, part = name.partition("[")
        key, partition = AssetKey.parse(name), part.rstrip("]") or None
        match verb:
            case "written":
                self.write(key, partition, *more)
            case "fails":
                self.change(key, partition, failed_at=self.now)
            case "starts":
                self.view = replace(self.view, running={**self.view.running, key: frozenset({partition})})
            case "ends":
                self.view = replace(self.view, running={}, backfilling={})
            case "backfills":
                self.view = replace(self.view, backfilling={key: frozenset({partition})})
            case "coded":
                changed = replace(self.graph.assets[key], code_version=more[0])
                self.graph = a_graph(*{**self.graph.assets, key: changed}.values())
            case "conditioned":
                changed = replace(self.graph.assets[key], automation=parse_condition(" ".join(more)))
                self.graph = a_graph(*{**self.graph.assets, key: changed}.values())
            case _:
                raise AssertionError(verb)

    def write(
        self, key: AssetKey, partition: str | None, how: str = "", what: str = "", at: datetime | None = None
    ) -> None:
        """`with NAME`: in a run that was to make that too. `as VERSION`: the version of the data."""
        self.runs += 1
        run, together = f"r{self.runs}", {key, *([AssetKey.parse(what)] if how == "with" else [])}
        self.view = replace(self.view, planned={**self.view.planned, run: frozenset(together)})
        version = what if how == "as" else run
        for each in {partition, None}:
            given = {"run_id": run, "materialized_at": at or self.now, "data_version": version, "failed_at": None}
            self.change(key, each, **given)

    def change(self, key: AssetKey, partition: str | None, **given: object) -> None:
        states = self.view.states.get(key, {})
        state = replace(states.get(partition, AssetState(asset=key, partition=partition)), **given)
        self.view = replace(self.view, states={**self.view.states, key: {**states, partition: state}})


def days(world_now: datetime) -> Keys:
    """Daily windows in UTC, as a calendar has them; `A` is made from the same days of `B`."""

    def there(partitions: Partitions) -> list[str]:
        assert isinstance(partitions, TimeWindowPartitions)
        first = datetime.fromisoformat(partitions.start).replace(tzinfo=UTC)
        return [f"{first + timedelta(days=day):%Y-%m-%d}" for day in range((world_now - first).days)]

    def latest(partitions: Partitions, lookback: float | None) -> Collection[str] | None:
        if not isinstance(partitions, TimeWindowPartitions):
            return None
        return there(partitions)[-1 - int((lookback or 0) // 86_400) :]

    def upstream(asset: Asset, key: str | None, dep: Asset) -> Collection[str]:
        assert dep.partitions is not None
        return there(dep.partitions) if key is None else [key]

    return Keys(there=there, latest=latest, upstream=upstream)
