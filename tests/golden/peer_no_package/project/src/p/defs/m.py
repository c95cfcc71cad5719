from treadle import asset


@asset
def loose():
    ...
