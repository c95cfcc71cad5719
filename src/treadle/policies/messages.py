"""What a violation is told as."""

from __future__ import annotations

from collections.abc import Mapping

from treadle.errors import ProjectError
from treadle.policies.records import Policy
from treadle.policies.roster import Item
from treadle.policies.views import Scene
from treadle.templating.rendering import render

__all__ = ["message_of", "usual_message"]


def message_of(policy: Policy, item: Item, parameters: Mapping[str, object], scene: Scene) -> str:
    """The message of a policy for an item, or the usual one when that can't be made."""
    if not policy.message:
        return usual_message(policy, item)
    if "{" not in policy.message:
        return policy.message
    variables = {policy.target: scene.view(policy.target, item.key), "parameters": parameters}
    try:
        return str(render(policy.message, variables))
    except ProjectError:
        return usual_message(policy, item)


def usual_message(policy: Policy, item: Item) -> str:
    """The message of a policy that has none.

    >>> from treadle.policies.records import Rule
    >>> item = Item(name="orders", key="orders", about=frozenset(), assets=frozenset())
    >>> usual_message(Policy(name="owned", require=Rule(text="asset.owners")), item)
    'orders violates owned'
    """
    if policy.description:
        return f"{item.name}: {policy.description[:1].lower()}{policy.description[1:]}"
    return f"{item.name} violates {policy.name}"
