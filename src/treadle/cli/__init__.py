"""The `treadle` command: a table of commands, one file each, loaded when it is called."""

__all__: list[str] = []
