"""What each tool answers, worked out in the process that has loaded the project."""

__all__: list[str] = []
