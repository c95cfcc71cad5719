"""The process that imports component types, so that nobody else has to.

It reads one JSON object from its standard input, and writes a line of JSON for what it begins and for
what it has done. What modules print goes to the standard error.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from treadle.components.component import Component, ScaffoldRequest
from treadle.components.descriptors.describing import describe
from treadle.components.descriptors.imports import Imports
from treadle.components.descriptors.record import Descriptor, digest_of
from treadle.components.registry import RegisteredType, find_type, registered_types
from treadle.errors import Diagnostic, MissingExtraError, ProjectError, Span, UsageError, said, user_frames
from treadle.ir.diagnostics import diagnostic_facts

__all__ = ["main"]

Answer = dict[str, Any]


def main() -> None:
    """Answer every request, in order."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        faulthandler.enable(all_threads=False)
        asked = json.load(sys.stdin)
        sys.path[:] = asked["path"]
        worker = _Worker(Path(asked["source"]) if asked["source"] else None)
        for number, request in enumerate(asked["requests"]):
            _say(out, begun=number, output=_printed())
            faulthandler.dump_traceback_later(asked["timeout"] * 0.9)
            _say(out, done=number, answer=worker.answer(request))
            faulthandler.cancel_dump_traceback_later()
        # Threads that a module has started, and what it wants to be done at the end, are nobody's concern.
        out.flush()
        os._exit(0)


def _say(out: TextIO, **what: Any) -> None:
    sys.stdout.flush()
    out.write(json.dumps(what, default=str) + "\n")
    out.flush()


def _printed() -> int:
    sys.stderr.flush()
    return os.lseek(2, 0, os.SEEK_END)


class _Worker:
    """Imports what is asked about; each module once."""

    def __init__(self, source: Path | None) -> None:
        self._source = source
        self._imports = Imports()
        self._does: Mapping[str, Callable[..., Answer]] = {
            "type": self._type,
            "module": self._module,
            "scaffold": self._scaffold,
            "rewrite": self._rewrite,
        }

    def answer(self, request: Mapping[str, Any]) -> Answer:
        """What comes of a request: what was asked for, or the mistakes in it."""
        arguments = dict(request)
        try:
            with self._imports.watched():
                return self._does[arguments.pop("do")](**arguments)
        except ProjectError as error:
            return {"mistakes": [diagnostic_facts(each) for each in error.diagnostics]}

    def _type(self, name: str, package: str, only_defining: bool = False) -> Answer:
        listed, found = find_type(name, package=package)
        offered = registered_types().get(listed)
        target = offered.target if offered else ":".join(listed.rsplit(".", 1))
        made = self._describe(listed, target, found, offered)
        if not only_defining:
            made = replace(made, sources=self._sources(made, found))
        return {"descriptor": made.to_json()}

    def _describe(
        self, name: str, target: str, found: type[Component], offered: RegisteredType | None = None
    ) -> Descriptor:
        try:
            made = describe(
                name,
                found,
                package=offered.package if offered else "",
                version=offered.version if offered else "",
                aliases=offered.aliases if offered else (),
            )
        except Exception as error:
            raise ProjectError(_indescribable(name, error)) from None
        return replace(made, target=target)

    def _sources(self, made: Descriptor, found: type[Component]) -> dict[str, str]:
        """The files of a type's classes, and those of what is imported because of it in the same place."""
        modules = {made.target.partition(":")[0], found.__module__}
        roots = [*([self._source] if self._source else []), *_package_folder(found.__module__)]
        files = {each for module in modules for each in self._imports.files(module, roots)}
        return {**made.sources, **{file: digest_of(file) for file in files - set(made.sources)}}

    def _module(self, name: str, file: str) -> Answer:
        """Every component type that a module defines; a base class isn't used by itself."""
        try:
            __import__(name)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise ProjectError(_broken_module(name, file, error)) from None
        types, mistakes = [], []
        for value in dict(vars(sys.modules[name])).values():
            if not isinstance(value, type) or not issubclass(value, Component) or value.__module__ != name:
                continue
            if value.__abstractmethods__:
                continue
            try:
                made = self._describe(f"{name}.{value.__name__}", f"{name}:{value.__name__}", value)
                types.append(replace(made, sources=self._sources(made, value)).to_json())
            except ProjectError as error:
                mistakes += [diagnostic_facts(replace(each, span=Span(file=Path(file)))) for each in error.diagnostics]
        files = {file, *self._imports.files(name, [self._source] if self._source else [])}
        sources = {each: digest_of(each) for each in files}
        return {"types": types, "sources": sources, **({"mistakes": mistakes} if mistakes else {})}

    def _rewrite(self, name: str, package: str, by: str, value: Any) -> Answer:
        """What a function that a type's deprecation names makes of a value."""
        find_type(name, package=package)
        module, _, function = by.partition(":")
        try:
            return {"value": getattr(import_module(module), function)(value)}
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise ProjectError(_not_rewritten(by, error)) from None

    def _scaffold(self, name: str, package: str, folder: str, project_root: str, params: dict[str, str]) -> Answer:
        listed, found = find_type(name, package=package)
        request = ScaffoldRequest(folder=Path(folder), project_root=Path(project_root), params=params)
        try:
            made = found.scaffold(request)
            return {"attributes": json.loads(json.dumps(dict(made), default=str))}
        except ProjectError:
            raise
        except UsageError as error:
            return {"refused": error.message, "fix": error.fix}
        except MissingExtraError as error:
            return {"extra": error.extra, "needed_by": str(error).partition(" needs ")[0]}
        except BaseException as error:
            raise ProjectError(_not_scaffolded(listed, error)) from None


def _package_folder(module: str) -> list[Path]:
    """The folder of the top package that a module is in."""
    top = module.partition(".")[0]
    return [Path(each) for each in getattr(sys.modules.get(top), "__path__", ())]


def _indescribable(name: str, error: Exception) -> Diagnostic:
    where = user_frames(error)
    return Diagnostic(
        code="TRD202",
        message=f"the component type {name!r} can't be described: {said(error)}",
        why="its attributes, its examples or its documentation can't be read from the class"
        + (f"\n{where}" if where else ""),
        fix="mend the class",
    )


def _broken_module(name: str, file: str, error: BaseException) -> Diagnostic:
    where = user_frames(error)
    span = Span(file=Path(file))
    if isinstance(error, SyntaxError) and error.filename:
        span = Span(file=Path(error.filename), line=error.lineno or 1, column=error.offset or 1)
    return Diagnostic(
        code="TRD202",
        message=f"the component types of {name!r} can't be imported: {said(error)}",
        why=f"importing {name!r} failed" + (f"\n{where}" if where else ""),
        fix="mend that module; nothing in it can be used until then",
        span=span,
    )


def _not_scaffolded(name: str, error: BaseException) -> Diagnostic:
    where = user_frames(error)
    return Diagnostic(
        code="TRD208",
        message=f"the component type raised {said(error)}",
        why=f"making a new component of {name!r} failed" + (f"\n{where}" if where else ""),
        fix="mend the `scaffold` of the component type, or the parameters that it can't take",
    )


def _not_rewritten(by: str, error: BaseException) -> Diagnostic:
    where = user_frames(error)
    return Diagnostic(
        code="TRD208",
        message=f"{by.replace(':', '.')} raised {said(error)}",
        why="it can't make the new value of this one" + (f"\n{where}" if where else ""),
        fix="mend the function, or write the new form by hand",
    )


if __name__ == "__main__":
    main()
