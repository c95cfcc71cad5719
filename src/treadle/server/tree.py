"""The components of a project as they lie in folders."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from treadle.project.loaded import LoadedComponent
from treadle.server.models.components import Component, ComponentFolder

__all__ = ["Branch", "grown", "shown"]


@dataclass(slots=True)
class Branch:
    """A place in the tree; `components`, `broken` and `assets` count what is here and below."""

    path: str
    component: LoadedComponent | None = None
    components: int = 0
    broken: int = 0
    assets: int = 0
    children: dict[str, Branch] = field(default_factory=dict)

    def at(self, path: str) -> Branch | None:
        """The place with an address, below this one."""
        found: Branch | None = self
        for part in path.split("/") if path else ():
            found = found.children.get(part) if found else None
        return found


def grown(components: Iterable[LoadedComponent], assets: Mapping[str, int]) -> Branch:
    """The tree of some components; the component of the root folder, if there is one, is a child called `.`."""
    root = Branch(path="")
    for each in components:
        place, count = root, assets.get(each.address, 0)
        way = [root]
        for part in each.address.split("/"):
            place = place.children.setdefault(part, Branch(path=f"{place.path}/{part}".lstrip("/")))
            way.append(place)
        place.component = each
        for one in way:
            one.components += 1
            one.broken += each.state == "broken"
            one.assets += count
    return root


def shown(branch: Branch, component: Callable[[LoadedComponent], Component], *, most: int) -> list[ComponentFolder]:
    """What is in a place; folders are unfolded from the top until there are `most` of them and of components."""
    unfolded: dict[str, list[Branch]] = {branch.path: _children(branch)}
    told, waiting = len(branch.children), deque(unfolded[branch.path])
    while waiting:
        each = waiting.popleft()
        if not each.children or told + len(each.children) > most:
            continue
        told += len(each.children)
        unfolded[each.path] = _children(each)
        waiting.extend(unfolded[each.path])

    def node(each: Branch) -> ComponentFolder:
        children = unfolded.get(each.path)
        return ComponentFolder(
            path=each.path,
            name=each.path.rpartition("/")[2],
            component=component(each.component) if each.component else None,
            components=each.components,
            broken=each.broken,
            assets=each.assets,
            children=[node(one) for one in children] if children is not None else None if each.children else [],
        )

    return [node(each) for each in unfolded[branch.path]]


def _children(branch: Branch) -> list[Branch]:
    """Folders first, and by their names."""
    return [each for _, each in sorted(branch.children.items(), key=lambda pair: (not pair[1].children, pair[0]))]
