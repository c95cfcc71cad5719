"""How a collector is asked, and why it doesn't take what it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

__all__ = ["Asking"]

_LONGEST = 200


class Asking(requests.Session):
    """Keeps why the last request failed, without anything of its URL and headers: there may be keys in them."""

    def __init__(self) -> None:
        super().__init__()
        self.reason = ""

    def request(self, *args: Any, **given: Any) -> requests.Response:
        """Ask."""
        try:
            answer = super().request(*args, **given)
        except requests.Timeout:
            self.reason = "the collector didn't answer in time"
            raise
        except requests.RequestException as error:
            self.reason = f"the collector couldn't be reached: {_cause(error)}"[:_LONGEST]
            raise
        if not answer.ok:
            self.reason = f"the collector answered {answer.status_code} {answer.reason}"[:_LONGEST]
        return answer


def _cause(error: BaseException) -> str:
    found = next((each.strerror for each in _chain(error) if isinstance(each, OSError) and each.strerror), None)
    return found or type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
