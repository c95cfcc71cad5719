"""The secrets of a project that a server could come across, for what takes them out of its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from treadle.credentials import Redactor
    from treadle.project import Settings

__all__ = ["learn_secrets"]


def learn_secrets(redactor: Redactor, settings: Settings, variables: Mapping[str, str]) -> None:
    """Let a redactor know passwords in addresses, and what the environment `variables` hold, by credentials' names."""
    from treadle.project.settings import read_environment

    for name, url in {"store": settings.store_url, **settings.connections}.items():
        try:
            password = urlsplit(url).password or ""
        except ValueError:
            continue
        for each in {password, unquote(password)}:
            redactor.add(name, each)
    environment, _ = read_environment(settings)
    for name, variable in variables.items():
        redactor.add(name, environment.get(variable, ""))
