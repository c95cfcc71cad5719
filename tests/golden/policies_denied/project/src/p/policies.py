from treadle import policy


@policy(severity="warn")
def read_by_its_team(asset, graph):
    """What another team reads is agreed with it."""
    readers = {owner for key in graph.children(asset.key) for owner in graph.assets[key].owners}
    return [f"{asset.key} is read by {each}" for each in sorted(readers - set(asset.owners))]
