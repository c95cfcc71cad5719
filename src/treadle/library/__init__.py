"""The component types that ship with Treadle, written with nothing that a third party couldn't use."""

__all__: list[str] = []
