from treadle import asset


@asset
def one():
    """The first."""


raise RuntimeError("not today")
