"""The template variables of a module, read from its text: nothing of it is imported."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

from treadle.errors import Diagnostic, Span, did_you_mean
from treadle.project.annotations import returned
from treadle.templating.types import UNKNOWN, Type

__all__ = ["TemplateVars", "read_template_vars", "template_vars_of"]

_DECORATOR = "template_var"
_LIBRARIES = ("treadle", "dagster")
_DEEPEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVars:
    """What a module gives to templates: its variables with their types.

    With `is_open` it may have more than could be read. `files` are those that the answer depends on.
    """

    variables: Mapping[str, Type] = field(default_factory=dict)
    is_open: bool = False
    mistakes: tuple[Diagnostic, ...] = ()
    files: tuple[str, ...] = ()


def read_template_vars(module: str, *, package: str, source: Path) -> TemplateVars:
    """The template variables of a module that a document names.

    Args:
        module: the name; with a leading dot it starts at `package`, the folder of the document.
        source: the folder that the project's modules are in.

    Mistakes are those of loading: TRD310 and TRD312 without a place, for the document's, and others with theirs.
    """
    name = f"{package}{module}" if module.startswith(".") else module
    found = _file_of(name, source)
    if isinstance(found, TemplateVars):
        return found
    return template_vars_of(found, source, name=name)


def template_vars_of(file: Path, source: Path, *, name: str = "") -> TemplateVars:
    """The template variables of a Python file; `source` is the folder that the project's modules are in."""
    read = _Reading(source=source)
    name = name or _name_of(file, source)
    read.module(file, name)
    variables, is_open = read.variables.get(name, {}), name in read.open
    mistakes = read.mistakes
    if not variables.keys() - read.guessed.get(name, ()) and not is_open and not mistakes:
        mistakes = [_no_variables(name, read.names.get(name, ()))]
    return TemplateVars(
        variables=variables, is_open=is_open, mistakes=tuple(mistakes), files=tuple(map(str, read.files))
    )


def _name_of(file: Path, source: Path) -> str:
    try:
        parts = file.relative_to(source).with_suffix("").parts
    except ValueError:
        return file.stem
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _file_of(name: str, source: Path) -> Path | TemplateVars:
    """Where a module is; what to say instead when it is nowhere, or can't be told."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return TemplateVars(mistakes=(_no_module(name, name),))
    for length in range(1, len(parts) + 1):
        here = source.joinpath(*parts[:length])
        if not (here.is_dir() or here.with_suffix(".py").is_file()):
            return _elsewhere(parts) if length == 1 else _absent(name, parts[:length], here.parent)
    here = source.joinpath(*parts)
    files = [file for file in (here / "__init__.py", here.with_suffix(".py")) if file.is_file()]
    # A folder without __init__.py is a package that holds nothing.
    return files[0] if files else TemplateVars(mistakes=(_no_variables(name, ()),))


def _elsewhere(parts: list[str]) -> Path | TemplateVars:
    """A module that isn't the project's own: looked for where packages are installed, without importing them."""
    name = ".".join(parts)
    spec: ModuleSpec | None = None
    try:
        # Only the first is looked for by whatever finds modules: that imports nothing.
        spec = find_spec(parts[0])
        for length in range(2, len(parts) + 1):
            paths = spec.submodule_search_locations if spec else None
            spec = PathFinder.find_spec(".".join(parts[:length]), paths) if paths else None
    except Exception:  # what finds modules may be anybody's code
        return TemplateVars(is_open=True)
    if spec is None:
        return TemplateVars(mistakes=(_no_module(name, name if find_spec(parts[0]) else parts[0]),))
    return Path(spec.origin) if spec.origin and spec.origin.endswith(".py") else TemplateVars(is_open=True)


def _absent(name: str, missing: list[str], folder: Path) -> TemplateVars:
    near = did_you_mean(missing[-1], sorted(_modules_in(folder))) if folder.is_dir() else ""
    awaited = (folder / f"{missing[-1]}.py", folder / missing[-1] / "__init__.py")
    return TemplateVars(mistakes=(_no_module(name, ".".join(missing), near),), files=tuple(map(str, awaited)))


def _modules_in(folder: Path) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.suffix == ".py" and entry.stem != "__init__":
            yield entry.stem
        elif entry.is_dir() and entry.name.isidentifier():
            yield entry.name


def _no_module(name: str, missing: str, near: str = "") -> Diagnostic:
    return Diagnostic(
        code="TRD312",
        message=f"the module can't be imported: ModuleNotFoundError: No module named {missing!r}",
        why=f"`template_vars_module` names {name!r}",
        fix=near or f"write the module, or install the package that has {missing.partition('.')[0]!r}",
    )


def _no_variables(name: str, names: Iterable[str]) -> Diagnostic:
    return Diagnostic(
        code="TRD310",
        message=f"the module {name!r} has no template variables",
        why="a template variable is a function with the decorator @template_var",
        fix=did_you_mean(_DECORATOR, names) or "decorate one: from treadle import template_var",
    )


@dataclass(slots=True, kw_only=True)
class _Reading:
    """Modules that are being read; those that they take variables from are read with them."""

    source: Path
    variables: dict[str, dict[str, Type]] = field(default_factory=dict)
    guessed: dict[str, set[str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    unfinished: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    mistakes: list[Diagnostic] = field(default_factory=list)

    def module(self, file: Path, name: str) -> None:
        """Read a module, unless that was done."""
        if name in self.variables or len(self.files) > _DEEPEST:
            return
        self.variables[name], self.names[name] = {}, set()
        self.files.append(file)
        try:
            tree = ast.parse(file.read_bytes(), filename=str(file))
        except (SyntaxError, ValueError, RecursionError, MemoryError, OSError) as error:
            self.mistakes.append(_unreadable(error, file))
            return
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        self.unfinished.add(name)
        _Module(reading=self, file=file, name=name, package=package).read(tree)
        self.unfinished.discard(name)


def _unreadable(error: Exception, file: Path) -> Diagnostic:
    if isinstance(error, OSError):
        why, line, column = (error.strerror or str(error)).lower(), 1, 1
        message = f"the module can't be read: {why}"
    else:
        line, column = getattr(error, "lineno", None) or 1, getattr(error, "offset", None) or 1
        message = f"the module can't be read: {getattr(error, 'msg', None) or error}"
    return Diagnostic(
        code="TRD312",
        message=message,
        why="Python can't parse it" if not isinstance(error, OSError) else "the file can't be opened",
        fix="mend the module",
        span=Span(file=file, line=line, column=column),
    )


@dataclass(slots=True, kw_only=True)
class _Module:
    """One module as it is read, statement by statement."""

    reading: _Reading
    file: Path
    name: str
    package: str
    decorators: set[str] = field(default_factory=set)
    libraries: set[str] = field(default_factory=set)
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = field(default_factory=dict)

    def read(self, tree: ast.Module) -> None:
        """Read all of a module."""
        for statement in tree.body:
            self.statement(statement)
        if any(isinstance(node, ast.Name) and node.id in _MAKES_NAMES for node in ast.walk(tree)):
            self.leave_open()

    @property
    def variables(self) -> dict[str, Type]:
        """What was found so far."""
        return self.reading.variables[self.name]

    def leave_open(self) -> None:
        """The module may have more than can be read."""
        self.reading.open.add(self.name)

    def statement(self, statement: ast.stmt) -> None:
        """One statement of the module's top level."""
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(statement)
            case ast.Import():
                self.libraries |= {one.asname or one.name for one in statement.names if one.name in _LIBRARIES}
            case ast.ImportFrom():
                self.imported(statement)
            case ast.Assign() | ast.AnnAssign() if statement.value is not None:
                for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
                    self.assigned(target, statement.value)
            case ast.ClassDef():
                self.named(statement.name)
            case ast.If() | ast.Try() | ast.For() | ast.While() | ast.With() | ast.Match():
                self.conditional(statement)

    def named(self, name: str) -> None:
        """A name that isn't a template variable, whatever it was before."""
        self.reading.names[self.name].add(name)
        self.variables.pop(name, None)
        self.functions.pop(name, None)
        self.decorators.discard(name)
        self.reading.guessed.get(self.name, set()).discard(name)

    def possible(self, name: str) -> None:
        """A name that may be a template variable, for all that can be read."""
        self.named(name)
        self.variables[name] = UNKNOWN
        self.reading.guessed.setdefault(self.name, set()).add(name)

    def conditional(self, statement: ast.stmt) -> None:
        """What is only done sometimes: what it may define may be there, with any type."""
        if isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING"):
            return
        for node in ast.walk(statement):
            match node:
                case ast.Import() | ast.ImportFrom():
                    # `try: from treadle import template_var` is still where the decorator comes from.
                    self.statement(node)
                case ast.FunctionDef() | ast.AsyncFunctionDef() if any(map(self.marks, node.decorator_list)):
                    self.possible(node.name)
                    self.reading.guessed[self.name].discard(node.name)
                case ast.Name(ctx=ast.Store()):
                    self.possible(node.id)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """A function; a template variable when it is decorated so."""
        self.named(node.name)
        self.functions[node.name] = node
        if not any(map(self.marks, node.decorator_list)):
            return
        others = [one for one in node.decorator_list if not self.marks(one)]
        if not others and (mistake := self.too_many(node)):
            self.reading.mistakes.append(mistake)
        # What another decorator makes of it, its annotation doesn't say.
        self.variables[node.name] = UNKNOWN if others or isinstance(node, ast.AsyncFunctionDef) else returned(node)

    def marks(self, decorator: ast.expr) -> bool:
        """Whether a decorator makes a template variable."""
        match decorator:
            case ast.Call(func=function):
                return self.marks(function)
            case ast.Name(id=name):
                return name in self.decorators
            case ast.Attribute(value=ast.Name(id=library), attr=name):
                return library in self.libraries and name == _DECORATOR
            case _:
                return False

    def too_many(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Diagnostic | None:
        """The mistake of a template variable that asks for more than the context."""
        given = node.args
        several = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        count = sum(one is not None for one in several)
        if count <= 1:
            return None
        return Diagnostic(
            code="TRD311",
            message=f"the template variable {node.name!r} can't be evaluated: TypeError: it takes {count} parameters; "
            "a template variable takes none, or the context",
            why=f"{self.name} defines it",
            fix="mend the function",
            span=Span(file=self.file, line=min([node.lineno, *(one.lineno for one in node.decorator_list)])),
        )

    def imported(self, statement: ast.ImportFrom) -> None:
        """`from … import …`: the decorator, or variables of another module."""
        module = self.absolute(statement)
        if module in _LIBRARIES or module.partition(".")[0] in _LIBRARIES:
            self.from_library(statement)
            return
        for alias in statement.names:
            if alias.name == "*":
                self.everything(module)
                continue
            name = alias.asname or alias.name
            self.named(name)
            if not self.follow(module):
                # Python's own modules have none; what others have isn't read.
                if module.partition(".")[0] not in sys.stdlib_module_names:
                    self.possible(name)
            elif alias.name in self.reading.variables[module]:
                self.variables[name] = self.reading.variables[module][alias.name]
            elif module in self.reading.open or module in self.reading.unfinished:
                self.possible(name)

    def from_library(self, statement: ast.ImportFrom) -> None:
        """`from treadle import template_var`."""
        for alias in statement.names:
            self.named(alias.asname or alias.name)
            if alias.name in (_DECORATOR, "*"):
                self.decorators.add(_DECORATOR if alias.name == "*" else alias.asname or alias.name)

    def absolute(self, statement: ast.ImportFrom) -> str:
        """The full name of the module that is imported from."""
        if not statement.level:
            return statement.module or ""
        parts = self.package.split(".") if self.package else []
        kept = parts[: len(parts) - statement.level + 1]
        return ".".join([*kept, *([statement.module] if statement.module else [])])

    def everything(self, module: str) -> None:
        """`from … import *`."""
        if not self.follow(module) or module in self.reading.open | self.reading.unfinished:
            self.leave_open()
            return
        for name, of in self.reading.variables[module].items():
            if not name.startswith("_"):
                self.named(name)
                self.variables[name] = of

    def follow(self, module: str) -> bool:
        """Read another module of the project; False when it isn't one of its own."""
        base = self.reading.source.joinpath(*module.split("."))
        for file in (base / "__init__.py", base.with_suffix(".py")):
            if module and file.is_file():
                self.reading.module(file, module)
                return module in self.reading.variables
        return False

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """`name = …`: another name of a variable, or a decorator that is called."""
        if not isinstance(target, ast.Name):
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                    self.possible(node.id)
            return
        match value:
            case ast.Name(id=other) if other in self.variables:
                self.variables[target.id] = self.variables[other]
            case ast.Name(id=other) if other in self.decorators:
                self.decorators.add(target.id)
            case ast.Call(func=function, args=[ast.Name(id=other)]) if self.marks(function):
                decorated = self.functions.get(other)
                self.variables[target.id] = returned(decorated) if isinstance(decorated, ast.FunctionDef) else UNKNOWN
            case ast.Call(func=function) if self.marks(function):
                self.variables[target.id] = UNKNOWN
            case ast.Call() | ast.Subscript() | ast.Attribute() | ast.IfExp() | ast.BoolOp():
                self.possible(target.id)
            case _:
                self.named(target.id)


_MAKES_NAMES = frozenset(("globals", "vars", "locals", "setattr", "exec"))
