"""Records on their way to a collector: kept until they are taken, or it is too late."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import DecodeError

from treadle.observers.telemetry.exporting import Record, Signal
from treadle.observers.telemetry.posting import RefusedError, UnavailableError

__all__ = ["Outgoing"]

_SECONDS_AFTER_A_FAILURE = 5.0
_SECONDS_OF_A_PAUSE = 0.1
_ENOUGH = 128  # what is left at the end of a run is waited for
_MOST_AT_ONCE = 512
_MOST_KEPT = 20_000
_LONGEST = 200


class Outgoing:
    """Those of one signal. `lost` counts those that weren't taken, and `why` is the last reason for that."""

    def __init__(self, signal: Signal) -> None:
        self._signal = signal
        self._kept: list[Record] = []
        self._again_at = 0.0
        self._is_there = True
        self.lost = 0
        self.why = ""

    def hear(self, said: Mapping[str, Any]) -> None:
        """Keep what an event gives; when that is too much, the oldest is lost."""
        self._kept += self._signal.records(said)
        if (too_many := len(self._kept) - _MOST_KEPT) > 0:
            del self._kept[:too_many]
            self.lost += too_many

    @property
    def is_much(self) -> bool:
        """Whether sending shouldn't wait."""
        return len(self._kept) >= _ENOUGH

    def send(self, *, until: float) -> bool:
        """Send what is kept; false when the collector doesn't take it now, or there is no more time."""
        if time.monotonic() < self._again_at:
            return True
        while self._kept:
            if (left := until - time.monotonic()) <= 0:
                return False
            batch = self._kept[:_MOST_AT_ONCE]
            try:
                self._send(batch, seconds=left)
            except UnavailableError as reason:
                self.why, self._is_there = str(reason), reason.is_there
                self._again_at = time.monotonic() + _SECONDS_AFTER_A_FAILURE
                return False
            del self._kept[: len(batch)]
        return True

    def be_done(self, *, until: float) -> bool:
        """Send what is kept for the last time: to a collector that is only busy, again and again until there is no time."""
        pause = _SECONDS_OF_A_PAUSE
        self._again_at = 0.0
        while not (is_sent := self.send(until=until)) and self._is_there and time.monotonic() + pause < until:
            time.sleep(pause)
            pause *= 2
            self._again_at = 0.0
        self.lost += len(self._kept)
        self._kept.clear()
        return is_sent

    def _send(self, batch: list[Record], *, seconds: float) -> None:
        try:
            answer = self._signal.collector.post(self._written(batch), seconds=seconds)
            lost, said = self._signal.rejected(answer)
        except RefusedError as reason:
            lost, said = len(batch), str(reason)
        except DecodeError:  # it took them, and answers in words of its own
            return
        if lost:
            self.lost += lost
            self.why = said[:_LONGEST] or "the collector didn't take all of it"

    def _written(self, batch: list[Record]) -> bytes:
        """A message with records; those that don't fit into it are lost, since a step may have said anything."""
        try:
            return bytes(self._signal.message(batch).SerializeToString())
        except (ValueError, TypeError):
            fitting = [each for each in batch if self._fits(each)]
            self.lost += len(batch) - len(fitting)
            self.why = "what they say doesn't fit into a message"
            return bytes(self._signal.message(fitting).SerializeToString())

    def _fits(self, record: Record) -> bool:
        try:
            self._signal.message([record])
        except (ValueError, TypeError):
            return False
        return True
