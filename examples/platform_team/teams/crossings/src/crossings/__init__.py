"""The crossings of the ferries."""
