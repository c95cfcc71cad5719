"""From the way that an asset came to what was said of each of its fields."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from treadle.components import Component
from treadle.errors import Span
from treadle.ir import Asset, Step
from treadle.ir.provenance import UNKNOWN, Source
from treadle.project.explaining.chains import Stage, chain_of
from treadle.project.explaining.placing import models_in, name_written
from treadle.project.explaining.reading import Reader, templates_in
from treadle.project.explaining.records import Effect, FieldStep, FieldStory, TemplateUse
from treadle.project.explaining.values import MAPPINGS, STEP_FIELDS, plain_retries, plain_step, values_of
from treadle.project.hearing import Built, Heard
from treadle.project.settings import Settings, place_of_limit
from treadle.templating.places import Locate, NodePath, Variables, dotted, span_of

__all__ = ["stories_of"]

_KEY = ("key", "key_prefix")
_POST = "post_processing"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """Where a model is written, and what its templates see."""

    path: NodePath
    raw: Any
    locate: Locate | None
    variables: Variables
    scope: Variables = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """What is known while the story of one asset is told."""

    asset: Asset
    written: Mapping[int, _Written]
    built: Built | None
    reader: Reader

    def said(self, name: str, model: object, key: str) -> Source | None:
        """Where a model says a field: under `key`."""
        place = self.written.get(id(model))
        if place is None or not isinstance(model, BaseModel):
            return None
        path = self._path(place, name, model, key)
        texts = templates_in(_at(place.raw, path[len(place.path) :]))
        if path[0] == _POST:
            kind: Any = _POST
        else:
            kind = "template" if texts else "yaml"
        return Source(kind=kind, text=dotted(path), span=span_of(path, place.locate))

    def uses(self, name: str, model: object, key: str) -> tuple[TemplateUse, ...]:
        """The templates that a model says a field with."""
        place = self.written.get(id(model))
        if place is None or not isinstance(model, BaseModel):
            return ()
        texts = templates_in(_at(place.raw, self._path(place, name, model, key)[len(place.path) :]))
        return tuple(self.reader.use(each, place.variables, place.scope) for each in texts)

    @staticmethod
    def _path(place: _Written, name: str, model: BaseModel, key: str) -> NodePath:
        top = key.partition(".")[0]
        path: NodePath = (*place.path, name_written(model, top, place.raw))
        return (*path, key.partition(".")[2]) if top in MAPPINGS else path

    def code(self) -> Source:
        """The Python that made the asset: that of the component type, or what declared it."""
        origin = self.asset.origin
        if self.built is None:
            return Source(kind="code", text="Python", span=origin.span if origin else None)
        return _code_of(self.built.component)

    def unsaid(self, name: str, value: object) -> Source:
        """Who said what nobody told: the attribute of the same name and value, or else Python."""
        if self.built is not None and isinstance(self.built.document.value, dict):
            top, written = name.partition(".")[0], self.built.document.value.get("attributes") or {}
            key = name_written(self.built.component, top, written)
            if key in written and _has(self.built.component, top, name, value):
                path: NodePath = ("attributes", key)
                path = (*path, name.partition(".")[2]) if top in MAPPINGS else path
                return Source(
                    kind="inferred",
                    text=f"{dotted(path)} has this value",
                    span=span_of(path, self.built.document.locate),
                )
        return self.code()


def stories_of(asset: Asset, step: Step | None, settings: Settings, heard: Heard, reader: Reader) -> list[FieldStory]:
    """What was said of each field of an asset, and of the step that makes it."""
    address = asset.origin.component if asset.origin else ""
    built = next((each for each in reversed(heard.built) if each.address == address), None)
    teller = _Teller(asset=asset, written=_written(heard), built=built, reader=reader)
    final = values_of(asset)
    steps: dict[str, list[FieldStep]] = {}
    chain = chain_of(asset, heard.changes)
    for index, stage in enumerate(chain):
        following = chain[index + 1].change if index + 1 < len(chain) else None
        for name, found in _said_in(stage, teller, following):
            steps.setdefault(name, []).extend(found)
    told = [
        FieldStory(name=name, value=final.get(name), steps=_in_order(steps.get(name, [])))
        for name in dict.fromkeys((*final, *steps))
    ]
    return [*told, *_of_step(step, settings, teller)]


def _written(heard: Heard) -> dict[int, _Written]:
    """Where each model is written, by its identity; all of them are kept alive by what was heard."""
    found: dict[int, _Written] = {}
    for built in heard.built:
        document = built.document
        raw = document.value.get("attributes") if isinstance(document.value, dict) else None
        for model, path, written in models_in(built.component, raw, ("attributes",)):
            found[id(model)] = _Written(path=path, raw=written, locate=document.locate, variables=built.variables)
    for each in heard.renderings:
        if isinstance(each.result, BaseModel):
            found[id(each.result)] = _Written(
                path=each.path, raw=each.raw, locate=each.locate, variables=each.variables, scope=each.scope
            )
    return found


def _said_in(stage: Stage, teller: _Teller, following: Any) -> Iterator[tuple[str, list[FieldStep]]]:
    """The fields that one stage says something of."""
    before, after = values_of(stage.before), values_of(stage.after)
    change = stage.change
    if change is not None and change.before is None:
        del before["key"]  # it has just been made, name included
    spoken = dict(_spoken(stage))
    sources = change.sources() if change is not None and change.sources is not None else {}
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if old == new and name not in spoken:
            continue
        if name not in after and change is None and following is not None:
            found: tuple[Source, ...] = (_removed(following, teller),)
        elif name in sources:
            found = sources[name]
        elif change is not None and name in spoken:
            kind = change.kind
            own = teller.said(spoken[name], change.said, spoken[name])
            found = (own or (teller.unsaid(name, new) if kind == "code" else Source(kind=kind, text=change.text)),)
        elif change is not None and change.kind != "code":
            found = (Source(kind=change.kind, text=change.text),)
        else:
            found = (teller.unsaid(name, new),)
        uses = teller.uses(spoken[name], change.said, spoken[name]) if change is not None and name in spoken else ()
        yield name, list(_steps(found, old, new, uses, is_new=name not in before or old in (None, [], {})))


def _steps(
    sources: Sequence[Source], old: object, new: object, uses: tuple[TemplateUse, ...], *, is_new: bool
) -> Iterator[FieldStep]:
    for index, source in enumerate(sources):
        is_last = index == len(sources) - 1
        value = new if is_last else (None if source.value is UNKNOWN else source.value)
        effect: Effect = "sets" if is_new else "repeats" if old == value else "replaces"
        if value is None and not is_new:
            effect = "removes"
        yield FieldStep(
            kind=source.kind,
            value=value,
            text=source.text,
            span=source.span,
            effect=effect,
            templates=uses if is_last else (),
        )


def _in_order(steps: Sequence[FieldStep]) -> tuple[FieldStep, ...]:
    """The steps, the first of which replaces nothing."""
    if not steps:
        return (FieldStep(kind="default", value=None, text="nobody says it"),)
    first, *rest = [each for index, each in enumerate(steps) if not index or not _is_again(each, steps[index - 1])]
    if first.effect != "sets":
        first = FieldStep(
            kind=first.kind, value=first.value, text=first.text, span=first.span, templates=first.templates
        )
    following = [
        each
        if each.effect != "sets"
        else FieldStep(
            kind=each.kind,
            value=each.value,
            text=each.text,
            span=each.span,
            templates=each.templates,
            effect="repeats" if each.value == before.value else "replaces",
        )
        for before, each in zip([first, *rest], rest, strict=False)
    ]
    return (first, *following)


def _is_again(step: FieldStep, before: FieldStep) -> bool:
    """Whether two steps are one, which was told in two parts."""
    return (step.span, step.text, step.value) == (before.span, before.text, before.value)


def _spoken(stage: Stage) -> Iterator[tuple[str, str]]:
    """The fields of an asset that the model of a change says something of, by their names in the model."""
    change = stage.change
    if change is None or not isinstance(change.said, BaseModel):
        return
    names = change.said.model_fields_set
    if change.fields:
        before, after = values_of(stage.before), values_of(stage.after)
        yield from ((name, key) for name, key in change.fields.items() if before.get(name) != after.get(name))
        return
    # A translation has a key before it is given to the asset.
    if stage.before.key != stage.after.key or ("key" in names and getattr(change.said, "key", None) == stage.after.key):
        yield "key", "key" if "key" in names else "key_prefix"
    for name in names:
        if name in MAPPINGS:
            for each in getattr(change.said, name) or ():
                yield f"{name}.{each}", f"{name}.{each}"
        elif name not in _KEY:
            yield name, name


def _removed(following: Any, teller: _Teller) -> Source:
    """Who took a value away: a rule that replaces, or Python."""
    place = teller.written.get(id(following.said))
    if place is None or place.path[0] != _POST:
        return teller.code()
    path = (*place.path[:-1], "operation")
    return Source(kind="post_processing", text=f"{dotted(path)}: replace", span=span_of(path, place.locate))


def _at(raw: Any, path: NodePath) -> Any:
    """What is written at a path, or the text that all of it comes from."""
    for part in path:
        if isinstance(raw, str):
            return raw
        try:
            raw = raw[part]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _code_of(component: Component) -> Source:
    kind = type(component)
    try:
        code = inspect.unwrap(kind.build_defs).__code__
    except AttributeError:
        return Source(kind="code", text=kind.__name__)
    return Source(
        kind="code",
        text=f"{kind.__module__}.{kind.__name__}",
        span=Span(file=Path(code.co_filename), line=code.co_firstlineno),
    )


def _has(component: Component, top: str, name: str, value: object) -> bool:
    """Whether a component's attribute of the same name has a value."""
    own = getattr(component, top, None)
    if top in MAPPINGS:
        own = own.get(name.partition(".")[2]) if isinstance(own, Mapping) else None
    if isinstance(own, list | tuple | set | frozenset):
        return isinstance(value, list) and sorted(map(str, own)) == sorted(map(str, value))
    return own is not None and str(own) == str(value)


def _of_step(step: Step | None, settings: Settings, teller: _Teller) -> Iterator[FieldStory]:
    """What is said of the step that makes the asset."""
    values = plain_step(step)
    models = models_in(teller.built.component, _raw(teller.built), ("attributes",)) if teller.built else ()
    asking = [model for model, _, _ in models if hasattr(model, "step_fields")]
    for name in STEP_FIELDS:
        steps = _of_step_field(name, values[name], step, settings, teller, asking)
        yield FieldStory(name=name, value=values[name], steps=steps)


def _of_step_field(
    name: str, value: object, step: Step | None, settings: Settings, teller: _Teller, asking: Sequence[BaseModel]
) -> tuple[FieldStep, ...]:
    key = "name" if name == "step" else name
    for model in asking:
        if key in model.model_fields_set:
            source = teller.said(key, model, key)
            if source is not None:
                return tuple(_steps((source,), None, value, teller.uses(key, model, key), is_new=True))
    if value not in (None, []):
        source = teller.code() if step is not None and name == "step" else teller.unsaid(name, value)
        return tuple(_steps((source,), None, value, (), is_new=True))
    default = _of_project(name, settings) if step is not None else None
    text = "no step makes it" if step is None else "nobody says it"
    return (default or FieldStep(kind="default", value=value, text=text),)


def _of_project(name: str, settings: Settings) -> FieldStep | None:
    """What the project's settings say of steps that say nothing themselves."""
    limits = settings.limits
    if name == "retries" and limits.retries.times:
        return FieldStep(
            kind="default",
            value=plain_retries(limits.retries),
            text="[tool.treadle.run]",
            span=place_of_limit(settings, name),
        )
    if name == "timeout" and limits.timeout is not None:
        return FieldStep(
            kind="default", value=limits.timeout, text="[tool.treadle.run]", span=place_of_limit(settings, name)
        )
    return None


def _raw(built: Built) -> Any:
    return built.document.value.get("attributes") if isinstance(built.document.value, dict) else None
