"""Component files that are edited from elsewhere: read, written with care, looked at before they are saved, committed."""

__all__: list[str] = []
