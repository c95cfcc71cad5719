"""The processes behind a server: the one that loads the project, so that the server imports nothing of it, and those of runs."""

__all__: list[str] = []
