"""What the ferries earn."""
