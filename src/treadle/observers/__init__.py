"""What listens to recorded events and tells of them: hooks.

`announcer` makes what is written into the store with an event, `deliver_due` tells what is there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.observers.announcing import Announcer, announcer, overdue
    from treadle.observers.delivering import Told, deliver, deliver_due
    from treadle.observers.messages import overdue_message, trial_message
    from treadle.observers.secrets import Render

__all__ = [
    "Announcer",
    "Render",
    "Told",
    "announcer",
    "deliver",
    "deliver_due",
    "overdue",
    "overdue_message",
    "trial_message",
]

_EXPORTS = {
    "Announcer": "announcing",
    "Render": "secrets",
    "Told": "delivering",
    "announcer": "announcing",
    "deliver": "delivering",
    "deliver_due": "delivering",
    "overdue": "announcing",
    "overdue_message": "messages",
    "trial_message": "messages",
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.observers.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
