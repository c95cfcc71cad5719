from treadle import Job, asset, check, schedule, sensor


@asset(group="raw")
def orders():
    """All orders."""


@asset(deps=[orders], owners=["team:data"])
def totals():
    """Totals."""


@check(asset=totals, blocking=True)
def has_rows():
    """There are rows."""
    return True


@schedule(cron="0 6 * * *", selection="totals")
def mornings():
    """Every morning."""


@sensor(selection="group:raw")
def files():
    """New files."""


nightly = Job(name="nightly", selection="+totals")
wrong = Job(name="wrong", selection="totls")
