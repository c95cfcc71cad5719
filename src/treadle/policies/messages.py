"""What a violation is told as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from treadle.errors import ProjectError
from treadle.policies.records import Policy
from treadle.policies.roster import Item
from treadle.policies.rulebook import Entry
from treadle.policies.views import Scene
from treadle.templating.rendering import render

__all__ = ["message_of", "usual_message"]


def message_of(entry: Entry, items: Sequence[Item], number: int, parameters: Mapping[str, object], scene: Scene) -> str:
    """The message of a policy for an item, or the usual one when that can't be made."""
    policy = entry.policy
    if "{" not in policy.message:
        return policy.message.strip() or usual_message(policy, items[number])
    if (compiled := entry.message()) is not None:
        columns = [scene.column_of(policy.target, items, name, few=True) for name in compiled.columns]
        try:
            return compiled.say(number, parameters, *columns).strip()
        except Exception:  # something isn't there, and a template may have an answer to that
            pass
    variables = {policy.target: scene.view(policy.target, items[number].key), "parameters": parameters}
    try:
        return str(render(policy.message, variables)).strip()
    except ProjectError:
        return usual_message(policy, items[number])


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
