from treadle import policy


@policy()
def twice(asset):
    return True


@policy(match="cloth")
def raises(asset):
    return 1 / len(asset.owners)


@policy(match="cloth")
def answers_otherwise(asset):
    return 3


@policy()
def asks_for_more(asset, grpah):
    return True
