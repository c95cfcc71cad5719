"""All the forms of all secrets that are known, looked for at once: most text has none of them, and is to cost little."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from treadle.credentials.forms import PROBE, Form, Span, forms_of

__all__ = ["Known"]

_SHARED = 6  # bytes at the beginning that make forms one group

Named = tuple[Form, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Secrets, each by the name of its credential. Nothing is changed: whoever learns another one makes a new record."""

    names: dict[str, str] = field(default_factory=dict, repr=False)
    forms: tuple[Named, ...] = field(default=(), repr=False)
    # What is in any text in which one of these forms is.
    groups: tuple[tuple[bytes, tuple[Named, ...]], ...] = field(default=(), repr=False)
    probes: frozenset[bytes] = field(default=frozenset(), repr=False)
    starts: frozenset[bytes] = field(default=frozenset(), repr=False)  # what is shorter than a probe
    longest: int = 0

    def with_secret(self, name: str, value: str) -> Known:
        """These, and another one."""
        forms = (*self.forms, *((form, name) for form in forms_of(value)))
        return Known(
            names={**self.names, value: name},
            forms=forms,
            groups=tuple(_grouped(forms)),
            probes=frozenset(form.text[:PROBE] for form, _ in forms),
            starts=frozenset(form.text[:size] for form, _ in forms for size in range(1, PROBE)),
            longest=max(len(form.text) for form, _ in forms),
        )

    def spans(self, data: bytes) -> list[tuple[int, int, str]]:
        """Where in data secrets stand, and whose, in the order in which they begin; of those that begin there, the longest first."""
        found: dict[Span, str] = {}
        for anchor, forms in self.groups:
            if anchor in data:
                for form, name in forms:
                    for span in form.spans(data):
                        found.setdefault(span, name)
        return sorted(((*span, name) for span, name in found.items()), key=lambda each: (each[0], -each[1]))

    def begun(self, data: bytes, *, goes_on: bool) -> int:
        """How many bytes at the end of data may be the beginning of a secret; see `Form`."""
        tail = data[-(self.longest + self.longest // 16 + PROBE) :]
        if self._may_have_begun(tail) or (goes_on and self._may_have_begun(tail.translate(None, b"\r\n"))):
            return max(form.begun(data, goes_on=goes_on) for form, _ in self.forms)
        return 0

    def _may_have_begun(self, tail: bytes) -> bool:
        if not self.starts.isdisjoint((tail[-1:], tail[-2:], tail[-3:])):
            return True
        return any(probe in tail for probe in self.probes)


def _grouped(forms: Iterable[Named]) -> Iterable[tuple[bytes, tuple[Named, ...]]]:
    """Forms by what they have in common: the longer that is, the quicker it isn't found."""
    groups: dict[bytes, list[tuple[bytes, Named]]] = {}
    for named in forms:
        for anchor in named[0].anchors:
            groups.setdefault(anchor[:_SHARED], []).append((anchor, named))
    for members in groups.values():
        yield _common([anchor for anchor, _ in members]), tuple(dict.fromkeys(named for _, named in members))


def _common(texts: list[bytes]) -> bytes:
    """What all of them begin with.

    >>> _common([b"secret", b"secluded"])
    b'sec'
    """
    first, last = min(texts), max(texts)
    size = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:size]
