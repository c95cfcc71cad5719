from treadle import asset


@asset
def from_python():
    ...
