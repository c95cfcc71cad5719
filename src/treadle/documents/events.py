"""The parser underneath: PyYAML's, in C where it was built with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

__all__ = ["NextEvent", "PurePythonParser", "open_parser"]

NextEvent = Callable[[], Any]


class PurePythonParser(Reader, Scanner, Parser):
    """PyYAML's parser without its C library: the same events, about fifteen times slower."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    # A value that is left out in braces or brackets is where the C library has it: at what comes next.

    def parse_flow_mapping_value(self) -> Any:
        """The value of an entry in braces."""
        return self._at_what_comes_next(super().parse_flow_mapping_value())  # type: ignore[no-untyped-call]

    def parse_flow_sequence_entry_mapping_value(self) -> Any:
        """The value of an entry in brackets."""
        return self._at_what_comes_next(super().parse_flow_sequence_entry_mapping_value())  # type: ignore[no-untyped-call]

    def _at_what_comes_next(self, event: Any) -> Any:
        if isinstance(event, yaml.ScalarEvent) and event.style is None and not event.value:
            event.start_mark = event.end_mark = self.peek_token().start_mark  # type: ignore[no-untyped-call]
        return event


@contextmanager
def open_parser(text: str) -> Iterator[NextEvent]:
    """Events of a text one by one; raises `yaml.YAMLError` where the text stops being YAML."""
    parser = yaml._yaml.CParser(text) if yaml.__with_libyaml__ else PurePythonParser(text)
    try:
        yield parser.get_event
    finally:
        parser.dispose()
