from treadle import asset


@asset
def shown():
    ...
