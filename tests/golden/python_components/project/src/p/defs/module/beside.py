from treadle import asset


@asset
def beside():
    ...
