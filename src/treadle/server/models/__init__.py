"""What the API takes and gives, and nothing of how Treadle knows it: its names change only with a note in the changelog."""

__all__: list[str] = []
