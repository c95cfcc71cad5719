"""What people write into a project's `policies.py`."""

from collections.abc import Iterator, Mapping

from treadle import Asset, Step, policy
from treadle.ir import AssetGraph
from treadle.policies import DeclaredComponent


@policy(severity="warn", match="kind:dbt", docs="https://example.com/owners")
def has_owner(asset: Asset) -> bool:
    """Somebody answers for every dbt model."""
    return bool(asset.owners)


@policy(parameters={"most": 5})
def feeds_few(asset: Asset, graph: AssetGraph, parameters: Mapping[str, int]) -> str | None:
    """What many build on is a product of its own."""
    children = graph.children(asset.key)
    return f"{len(children)} assets read {asset.key}" if len(children) > parameters["most"] else None


@policy(target="step")
def has_timeout(step: Step) -> bool:
    """No step runs for ever."""
    return step.timeout is not None


@policy(target="component")
def names_no_host(component: DeclaredComponent) -> Iterator[str]:
    """Hosts are for credentials.yaml."""
    for name in component.attributes:
        if name == "host":
            yield f"{component.address} names a host"


answered: bool = has_owner(Asset(key="orders"))  # it is still the function that it was
