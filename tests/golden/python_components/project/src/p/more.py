from treadle import Job, asset


@asset
def more():
    ...


job = Job(name="more_job", selection="more")
