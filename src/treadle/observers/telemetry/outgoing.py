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
        self._trouble = ""
        self.lost = 0
        self.why = ""

    def hear(self, said: Mapping[str, Any]) -> None:
        """Keep what an event gives; when that is too much, the oldest is lost."""
        self._kept += self._signal.records(said)
        if (too_many := len(self._kept) - _MOST_KEPT) > 0:
            self._give_up(too_many)

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
                body = self._signal.message(batch).SerializeToString()
            except (ValueError, TypeError):
                self._leave_out(batch)
                continue
            try:
                self._send(body, len(batch), seconds=left)
            except UnavailableError as reason:
                self._trouble, self._is_there = str(reason), reason.is_there
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
        if self._kept:
            self._give_up(len(self._kept))
        return is_sent

    def _give_up(self, number: int) -> None:
        """Lose the oldest."""
        del self._kept[:number]
        self.lost += number
        self.why = self._trouble

    def _send(self, body: bytes, number: int, *, seconds: float) -> None:
        try:
            answer = self._signal.collector.post(body, seconds=seconds)
            lost, said = self._signal.rejected(answer)
        except RefusedError as reason:
            lost, said = number, str(reason)
        except DecodeError:  # it took them, and answers in words of its own
            return
        if lost:
            self.lost += lost
            self.why = said[:_LONGEST] or "the collector didn't take all of it"

    def _leave_out(self, batch: list[Record]) -> None:
        """Lose those of the first records that fit into no message, since a step may have said anything."""
        fitting = [each for each in batch if self._fits(each)]
        if len(fitting) == len(batch):  # only together they don't
            fitting = []
        self._kept[: len(batch)] = fitting
        self.lost += len(batch) - len(fitting)
        self.why = "what they say doesn't fit into a message"

    def _fits(self, record: Record) -> bool:
        try:
            self._signal.message([record])
        except (ValueError, TypeError):
            return False
        return True
