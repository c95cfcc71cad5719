"""Keeps what the environment holds out of what is told: only whether a variable is set is anybody's business."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from treadle.errors import ProjectError, Span
from treadle.project.explaining.records import Variable
from treadle.project.settings import Settings
from treadle.templating import load_dotenv

__all__ = ["Secrets", "secrets_of"]

_MAY_STAY = 3  # characters: what is that short is in every text
_SOUNDS_SECRET = re.compile(r"key|token|secret|passw|pwd|credential|auth|dsn|_url$|_uri$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The environment, as it may be told of: `shell` are the names that were set before `.env` was read."""

    values: Mapping[str, str]
    shell: Collection[str]
    file: Path

    def variable(self, name: str, variable: str) -> Variable:
        """An environment variable that a template reads: whether it is set, and where."""
        if variable not in self.values:
            said = "not set" if variable else "the environment"
            return Variable(name=name, value=said, comes_from="environment", is_shown=False)
        if variable in self.shell:
            return Variable(name=name, value="set", comes_from="environment", is_shown=False)
        return Variable(name=name, value="set", comes_from=".env", span=self._place(variable), is_shown=False)

    def hide(self, value: object, read: Collection[str] = (), around: Collection[str] = ()) -> object:
        """A value without what the environment holds.

        `read` are the variables that it was made from, `around` those that anything of the same asset was made from.

        >>> secrets = Secrets(values={"DB_PASSWORD": "hunter2", "STAGE": "x"}, shell=(), file=Path(".env"))
        >>> secrets.hide({"url": "db://ann:hunter2@host"}), secrets.hide("x/orders", ["STAGE"]), secrets.hide("X", ["STAGE"])
        ({'url': 'db://ann:[env.DB_PASSWORD]@host'}, '[env.STAGE]/orders', '[made from env.STAGE]')
        """
        if isinstance(value, Mapping):
            return {str(name): self.hide(each, read, around) for name, each in value.items()}
        if isinstance(value, list):
            return [self.hide(each, read, around) for each in value]
        if isinstance(value, str):
            return self._text(value, read, around)
        # Not a text any more: nothing can be taken out of it.
        return self._made(read) if read and value is not None else value

    def _text(self, text: str, read: Collection[str], around: Collection[str]) -> str:
        hidden = text
        for name, secret in sorted(self.values.items(), key=lambda each: -len(each[1])):
            kept = name in around or _SOUNDS_SECRET.search(name) is not None
            if secret and (name in read or (kept and len(secret) > _MAY_STAY)):
                hidden = hidden.replace(secret, f"[env.{name}]")
        used = [name for name in read if name in self.values]
        return self._made(used) if used and text and hidden == text else hidden

    @staticmethod
    def _made(read: Collection[str]) -> str:
        return f"[made from {', '.join(f'env.{name}' for name in read)}]"

    def _place(self, name: str) -> Span:
        pattern = re.compile(rf"\s*(?:export\s+)?{re.escape(name)}\s*=")
        lines = self.file.read_text(encoding="utf-8-sig").splitlines() if self.file.is_file() else []
        number = next((index for index, line in enumerate(lines, start=1) if pattern.match(line)), 1)
        return Span(file=self.file, line=number)


def secrets_of(settings: Settings) -> Secrets:
    """The environment of a project, before anything of the project is loaded: that adds what `.env` says to it."""
    shell, file = dict(os.environ), settings.root / ".env"
    added: Mapping[str, str] = {}
    if file.is_file():
        try:
            added = load_dotenv(file)
        except ProjectError:
            added = {}  # loading tells of it
    # When this process has loaded the project before, the environment has what the file says.
    same = {name for name, value in added.items() if shell.get(name) == value}
    return Secrets(values={**added, **shell}, shell=frozenset(shell) - same, file=file)
