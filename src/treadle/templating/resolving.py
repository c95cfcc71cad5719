"""The attributes of a component, rendered: everything but what its model says is rendered later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from pydantic import BaseModel

from treadle.errors import Diagnostic, ProjectError, did_you_mean, listing
from treadle.templating.compiled import check_syntax
from treadle.templating.deferred import Unrendered, scope_names
from treadle.templating.mistakes import explain_failure, unknown_variable
from treadle.templating.models import (
    accepted,
    alternatives,
    conflicts,
    holds_template,
    is_model,
    is_template,
    item_types,
    usual_names,
    value_types,
)
from treadle.templating.naming import variables_of
from treadle.templating.places import KEY, Locate, NodePath, Variables, span_of
from treadle.templating.rendering import has_template, render
from treadle.templating.spelling import nearest
from treadle.templating.work import shared_budget

__all__ = ["resolve"]


def resolve(
    model: type[BaseModel],
    raw: object,
    variables: Variables,
    *,
    path: NodePath = (),
    locate: Locate | None = None,
) -> Any:
    """What is written, rendered as far as it can be now; `Template` fields become `Unrendered`.

    Those are only read: templates that can't work and names that nothing has are told here, before
    the first item exists. Raises `ProjectError` with every mistake.
    """
    resolver = _Resolver(variables=variables, locate=locate)
    with shared_budget():
        result = resolver.value((model,), raw, path)
    if resolver.mistakes:
        raise ProjectError(*resolver.mistakes)
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resolver:
    variables: Variables
    locate: Locate | None
    mistakes: list[Diagnostic] = field(default_factory=list)

    def value(self, annotations: Iterable[Any], raw: object, path: NodePath) -> object:
        """A value that any of these types may describe."""
        branches = [branch for annotation in annotations for branch in alternatives(annotation)]
        if raw is not None and (templates := [branch for branch in branches if is_template(branch)]):
            return self.deferred(templates[0], raw, path)
        if isinstance(raw, Mapping):
            # With a discriminator, only one model is meant; the others must not say what is rendered when.
            meant = [branch for branch in branches if not is_model(branch) or not conflicts(branch, raw)]
            branches = meant if any(map(is_model, meant)) else branches
        branches = [branch for branch in branches if holds_template(branch)]
        if branches and isinstance(raw, Mapping):
            return self.mapping(branches, raw, path)
        if branches and isinstance(raw, list):
            inner = [one for branch in branches for one in item_types(branch)]
            return [self.value(inner, item, (*path, index)) for index, item in enumerate(raw)]
        return self.rendered(raw, path)

    def mapping(self, branches: list[Any], raw: Mapping[Any, Any], path: NodePath) -> object:
        """A mapping that is a model, or a mapping of models."""
        models = [branch for branch in branches if is_model(branch)]
        others = [one for branch in branches for one in value_types(branch)]
        result = {}
        for name, item in raw.items():
            fields = [found for model in models for found in _meant(model, name)]
            result[name] = self.value((*fields, *others), item, (*path, name))
        return result

    def rendered(self, raw: object, path: NodePath) -> object:
        """A value that is rendered now."""
        try:
            return render(raw, self.variables, path=path, locate=self.locate)
        except ProjectError as error:
            self.mistakes.extend(error.diagnostics)
            return None

    def deferred(self, template: Any, raw: object, path: NodePath) -> object:
        """A value that is rendered later, once it is known that it can be."""
        result, scope = (*get_args(template), Any, Any)[:2]
        names = scope_names(scope)
        known = {**dict.fromkeys(names), **self.variables} if names else None
        self.check_names(result, raw, path)
        self.check_texts(raw, known, path)
        return Unrendered(raw=raw, variables=self.variables, path=path, locate=self.locate)

    def check_names(self, result: Any, raw: object, path: NodePath) -> None:
        """Tell of names that the result's model doesn't have."""
        branches = list(alternatives(result))
        if not isinstance(raw, Mapping) or len(branches) != 1 or not is_model(branches[0]):
            return
        if branches[0].model_config.get("extra") != "forbid":
            return
        names = accepted(branches[0])
        for name in raw:
            if name not in names:
                self.mistakes.append(
                    Diagnostic(
                        code="TRD203",
                        message=f"unknown attribute {name!r}",
                        why=f"accepted here: {listing(usual_names(branches[0]), most=30)}",
                        fix=did_you_mean(str(name), names),
                        span=span_of((*path, name, KEY), self.locate),
                    )
                )

    def check_texts(self, raw: object, known: Mapping[str, object] | None, path: NodePath) -> None:
        """Tell of templates that can't be read, and of variables that won't be there."""
        if isinstance(raw, Mapping):
            for name, item in raw.items():
                self.check_texts(item, known, (*path, name))
        elif isinstance(raw, list):
            for index, item in enumerate(raw):
                self.check_texts(item, known, (*path, index))
        elif isinstance(raw, str) and has_template(raw):
            self.check_text(raw, known, path)

    def check_text(self, text: str, known: Mapping[str, object] | None, path: NodePath) -> None:
        """Tell what is wrong with one text."""
        span = span_of(path, self.locate)
        try:
            check_syntax(text)
            missing = _undeclared(text) - set(known) if known is not None else frozenset()
        except Exception as error:
            self.mistakes.extend(explain_failure(error, text, self.variables, span))
            return
        for name in sorted(missing):
            self.mistakes.append(replace(unknown_variable(name, text, known or ()), span=span))


def _meant(model: Any, name: object) -> list[Any]:
    """The type of an attribute; that of the nearest one when the name is misspelled, as its variables are meant."""
    known = accepted(model)
    if name not in known and isinstance(name, str) and model.model_config.get("extra") == "forbid":
        name = nearest(name, known)
    return [known[name]] if isinstance(name, str) and name in known else []


def _undeclared(text: str) -> frozenset[str]:
    """The variables that a text can't do without."""
    if "default" in text or "defined" in text or "|d(" in text.replace(" ", ""):
        return frozenset()
    return variables_of(text)
