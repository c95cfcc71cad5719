"""What isn't there: using it anywhere is an error that knows what was asked for."""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.runtime import Undefined
from jinja2.utils import missing

__all__ = ["Missing", "MissingError", "insist"]


class MissingError(UndefinedError):
    """Something that isn't there was used; `what` says which name, of which object."""

    def __init__(self, what: Missing, message: str | None = None) -> None:
        super().__init__(message)
        self.what = what


class Missing(StrictUndefined):
    """A name that nothing stands for: it may be asked for (`is defined`, `default`), never used."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: str | None = None, exc: Any = None) -> None:
        # The plain operators of Undefined don't call a method, they call what is stored here.
        super().__init__(hint, obj, name, exc if exc not in (None, UndefinedError) else partial(MissingError, self))  # type: ignore[arg-type] # only ever called

    @property
    def asked(self) -> tuple[str | None, Any, Any]:
        """Why it isn't there, what it was asked of, and its name."""
        return self._undefined_hint, self._undefined_obj, self._undefined_name


def insist(value: object) -> None:
    """Raise when a value is missing, or holds something that is."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    elif type(value) is dict:
        for item in value.values():
            insist(item)
    elif type(value) is list or type(value) is tuple:
        for item in value:
            insist(item)
