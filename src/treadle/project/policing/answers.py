"""What policies said of components that haven't changed since, and where a person would mend it.

It is JSON in the project's `.treadle` folder, and may be deleted at any time. What is said of a component hangs on what
it declares and on its file, and on the policies; where one of these is another, it is judged again.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from treadle.errors import Span
from treadle.ir import AssetGraph, Definitions
from treadle.ir.verdicts import Verdict
from treadle.policies.answers import Answers
from treadle.policies.judging import Judgement
from treadle.project.loaded import LoadedComponent
from treadle.project.policing.intact import intact, names_in
from treadle.project.policing.remembered import rules_of
from treadle.project.remembering.builds import Builds
from treadle.project.remembering.files import is_settled
from treadle.project.settings import Settings

__all__ = ["AnswerBook"]

_FORMAT, _FILE, _FILE_WITHOUT_AUDITS = 1, "answers.json", "answers-told.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What was written last: the components that it is about, with what they were then."""

    components: Mapping[str, str]
    said: Mapping[str, Mapping[str, str]]
    places: Mapping[str, Mapping[str, list[int]]]


_EMPTY = _Page(components={}, said={}, places={})


class AnswerBook:
    """The answers of the last time that a project was judged, and those of this time."""

    def __init__(self, settings: Settings, builds: Builds) -> None:
        self._settings = settings
        self._builds = builds
        self._file = settings.state / _FILE
        self._now = time.time_ns()
        self._rules = rules_of(settings)
        self._old = _EMPTY
        self._intact: list[LoadedComponent] = []
        self._settled: list[LoadedComponent] = []
        self.answers = Answers()

    @property
    def key(self) -> str:
        """What changes with anything that every project depends on."""
        return self._builds.key

    def open(
        self, graph: AssetGraph, definitions: Definitions, components: Iterable[LoadedComponent], *, audits: bool
    ) -> Answers:
        """What needn't be asked again of a graph, which was linked from definitions.

        Args:
            audits: whether violations are among the answers that are only counted.
        """
        if self._rules is None:
            return self.answers
        self._file = self._settings.state / (_FILE if audits else _FILE_WITHOUT_AUDITS)
        self._old = self._read()
        self._intact = list(intact(graph, definitions, components))
        known = self._old.components
        self._settled = [each for each in self._intact if known.get(each.address, "") == self._token(each) != ""]
        self.answers = Answers(said=self._old.said, settled=names_in(self._settled))
        return self.answers

    def place(self, verdict: Verdict, file: Path) -> Span | None:
        """Where a violation would be mended that was told before, in the file of the component that it is about."""
        if verdict.name not in self.answers.settled.get("asset", ()):
            return None
        found = self._old.places.get(verdict.policy, {}).get(verdict.name)
        return Span(file=file, line=found[0], column=found[1]) if found else None

    def keep(self, judgement: Judgement, verdicts: Iterable[Verdict]) -> None:
        """Write what was said; a folder that can't be written to is no reason to fail.

        Args:
            verdicts: the same, with their places.
        """
        rules = self._rules
        if rules is None or not all(is_settled(each, self._now) for each in rules.values()):
            return
        page = self._page(judgement, verdicts)
        if page == self._old or rules != rules_of(self._settings):
            return
        value = {"state": self._state(), "components": page.components, "said": page.said, "places": page.places}
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._settings.make_state()
            draft.write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
            draft.replace(self._file)

    def _page(self, judgement: Judgement, verdicts: Iterable[Verdict]) -> _Page:
        kept = [(each, token) for each in self._intact if (token := self._token(each))]
        names = {kind: found for kind, found in names_in(each for each, _ in kept).items() if found}
        every = frozenset().union(*names.values())
        files = {str(each.key): one.span.file for one, _ in kept for each in one.definitions.assets}
        places: dict[str, dict[str, list[int]]] = {}
        for each in verdicts:
            if each.target == "asset" and each.span is not None and files.get(each.name) == each.span.file:
                places.setdefault(each.policy, {})[each.name] = [each.span.line, each.span.column]
        return _Page(
            components={each.address: token for each, token in kept},
            said={
                question: {name: message for name, message in found.items() if name in every}
                for question, found in judgement.said.items()
            },
            places=places,
        )

    def _token(self, component: LoadedComponent) -> str:
        return self._builds.token(component.span.file)

    def _state(self) -> str:
        about = [_FORMAT, self._builds.key, sorted((self._rules or {}).items())]
        return hashlib.sha256(json.dumps(about).encode()).hexdigest()

    def _read(self) -> _Page:
        if self._rules is None:
            return _EMPTY
        with suppress(OSError, ValueError, LookupError, TypeError, RecursionError):
            kept: dict[str, Any] = json.loads(self._file.read_bytes())
            if kept["state"] == self._state():
                return _Page(components=kept["components"], said=kept["said"], places=kept["places"])
        return _EMPTY
