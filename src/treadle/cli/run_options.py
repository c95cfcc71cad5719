"""What a run is given on the command line: labels, and values for its steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["Configuration", "Tag"]


class Tag(click.ParamType[dict[str, str]]):
    """A label, as KEY=VALUE."""

    name = "tag"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        """The label as a mapping.

        >>> Tag().convert("team=growth", None, None)
        {'team': 'growth'}
        """
        if isinstance(value, dict):
            return value
        key, equals, text = value.partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} is not KEY=VALUE, like team=growth", param, ctx)
        return {key.strip(): text}


class Configuration(click.ParamType[dict[str, Any]]):
    """A value as KEY=VALUE (the value is YAML), or a YAML file of such as @FILE."""

    name = "config"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        """The values by their keys.

        >>> Configuration().convert("days=[1, 2]", None, None)
        {'days': [1, 2]}
        """
        from treadle.documents import parse_yaml
        from treadle.errors import ProjectError

        if isinstance(value, dict):
            return value
        if value.startswith("@"):
            try:
                data = Path(value[1:]).read_bytes()
            except OSError as error:
                self.fail(f"{value[1:]!r} can't be read: {error.strerror}", param, ctx)
        else:
            key, equals, written = value.partition("=")
            if not equals or not key.strip():
                self.fail(f"{value!r} is neither KEY=VALUE nor @FILE", param, ctx)
            data = f"{key.strip()}: {written}".encode()
        try:
            found = [document.value for document in parse_yaml(Path("--config"), data)]
        except ProjectError as error:
            self.fail(f"{value!r} can't be read: {error.diagnostics[0].message}", param, ctx)
        if len(found) != 1 or not isinstance(found[0], dict):
            self.fail(f"{value!r} isn't a mapping of keys to values", param, ctx)
        return found[0]
