"""Which variables templates name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from jinja2 import TemplateError, meta

from treadle.templating.places import has_template
from treadle.templating.sandbox import SANDBOX

__all__ = ["variables_in", "variables_of"]

_LENGTHS = re.compile(r"\bdatetime\.timedelta\b")
"""The part of `datetime` that says how long something is, and never what time it is."""


@lru_cache(maxsize=2048)
def variables_of(text: str) -> frozenset[str]:
    """The variables that a text names; it has to be one that can be rendered.

    >>> sorted(variables_of("{{ env.STAGE }}/{{ context.project_root }}"))
    ['context', 'env']
    """
    return frozenset(meta.find_undeclared_variables(SANDBOX.parse(text)) - set(SANDBOX.globals))


def variables_in(value: object) -> frozenset[str] | None:
    """The variables that are named by templates anywhere in a value; None when one of these can't be read.

    `datetime` isn't among them where only lengths of time are made of it.

    >>> sorted(variables_in({"key": "{{ env.STAGE }}/orders", "tags": ["{{ 'a' }}", "{{ datetime.timedelta(days=1) }}"]}))
    ['env']
    """
    named: set[str] = set()
    try:
        for text in _templates(value):
            found = variables_of(text)
            if "datetime" in found and "datetime" not in _LENGTHS.sub("", text):
                found -= {"datetime"}
            named |= found
    except (TemplateError, RecursionError, MemoryError):
        return None
    return frozenset(named)


def _templates(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _templates(each)
    elif isinstance(value, str) and has_template(value):
        yield value
