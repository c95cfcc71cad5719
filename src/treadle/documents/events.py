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


@contextmanager
def open_parser(text: str) -> Iterator[NextEvent]:
    """Events of a text one by one; raises `yaml.YAMLError` where the text stops being YAML."""
    parser = yaml._yaml.CParser(text) if yaml.__with_libyaml__ else PurePythonParser(text)
    try:
        yield parser.get_event
    finally:
        parser.dispose()
