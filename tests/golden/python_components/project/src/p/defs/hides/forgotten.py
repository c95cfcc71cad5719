from treadle import asset


@asset
def forgotten():
    ...
