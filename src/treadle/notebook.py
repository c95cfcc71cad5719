"""What a notebook imports to see its run and to report: `import treadle.notebook as tn`.

In a run, what is reported is recorded as it comes. Outside of one, in Jupyter, the same lines work with the values that
the YAML of the notebook's component gives, and reporting only shows what would be recorded.

    import treadle.notebook as tn

    tn.context.partition                      # the key of the partition, or None
    tn.metric("loss", 0.12, step=10)          # is logged, and is metadata of what is materialized afterwards
    tn.materialize("models/churn", rows=100)
    tn.check("loss_is_finite", True)
    tn.credentials["warehouse"]               # only what the component names
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from treadle.errors import did_you_mean, listing

if TYPE_CHECKING:
    context: Context
    credentials: Mapping[str, str]

# `context` and `credentials` are found by `__getattr__`: they are looked up when they are asked for.
__all__ = ["Context", "check", "log", "materialize", "metric"]

_CONTEXT, _MESSAGES = "DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES"
_SECRETS = "TREADLE_NOTEBOOK_CREDENTIALS"
_lock = threading.Lock()


class UnknownNameError(KeyError):
    """A name that isn't there; says so as a sentence, where KeyError would quote it."""

    def __str__(self) -> str:
        return str(self.args[0])


class Context:
    """What the notebook knows of its run, and what the YAML's `context:` and the component type add.

    What is added is found by its name: `tn.context.experiment`. A platform derives from this class to offer more, such
    as a client of its own, and names the class in its component type (`context_class`).

    >>> context = Context({"run_id": "r1", "extras": {"treadle": {"context": {"experiment": "a"}}}})
    >>> context.run_id, context.experiment, context.partition
    ('r1', 'a', None)
    """

    def __init__(self, told: Mapping[str, Any]) -> None:
        own = (told.get("extras") or {}).get("treadle") or {}
        window = told.get("partition_time_window") or {}
        self.is_run: bool = bool(told.get("run_id"))
        """Whether a run executes the notebook, rather than a person."""
        self.run_id: str | None = told.get("run_id") or None
        """The id of the run."""
        self.partition: str | None = told.get("partition_key")
        """The key of the partition that the run is for; None when it is for none, or for several."""
        self.partition_keys: tuple[str, ...] = tuple(own.get("partition_keys") or ())
        """The keys of all partitions that the run is for."""
        self.partition_start: datetime | None = _moment(window.get("start"))
        """When the first of them starts; None when they aren't cut by time."""
        self.partition_end: datetime | None = _moment(window.get("end"))
        """When the last of them ends."""
        self.parameters: Mapping[str, Any] = dict(own.get("parameters") or {})
        """The values that the YAML, or the run, gives the notebook's parameters."""
        self.tags: Mapping[str, str] = dict(own.get("tags") or {})
        """The tags of the run."""
        self.assets: tuple[str, ...] = tuple(told.get("asset_keys") or ())
        """The keys of the assets that are asked for."""
        self._values: Mapping[str, Any] = dict(own.get("context") or {})

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        hint = did_you_mean(name, self._values) or f"the YAML's `context:` gives {listing(self._values) or 'nothing'}"
        raise UnknownNameError(f"the context has no {name!r}: {hint}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __repr__(self) -> str:
        what = f"run {self.run_id}" if self.is_run else "no run"
        return f"<{type(self).__name__} of {what}: {listing(self._values) or 'nothing added'}>"


def materialize(
    asset: str | None = None,
    *,
    metadata: Mapping[str, Any] | None = None,
    rows: int | None = None,
    data_version: str | None = None,
) -> None:
    """Record that an asset was written; its key may be left out when the notebook has one asset."""
    said = {**({"rows": rows} if rows is not None else {}), **(metadata or {})}
    key = _asset(asset)
    if _report("report_asset_materialization", asset_key=key, metadata=_plain(said), data_version=data_version):
        return
    _show("materialized", key or "the asset", said)


def check(
    name: str,
    passed: bool,
    *,
    asset: str | None = None,
    severity: Literal["error", "warn"] = "error",
    description: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Record the result of a check that the component declares; its asset may be left out when the name says enough."""
    told = {"passed": bool(passed), "severity": severity.upper(), "description": description}
    if _report("report_asset_check", asset_key=asset, check_name=name, metadata=_plain(metadata or {}), **told):
        return
    _show("passed" if passed else "failed", f"{asset}:{name}" if asset else name, dict(metadata or {}))


def metric(name: str, value: float, *, step: int | None = None) -> None:
    """Tell the value of a metric: it is logged, and its last value is metadata of what is materialized afterwards."""
    told = {"treadle_metric": {"name": name, "value": float(value), "step": step}}
    if not _report("report_custom_message", payload=told):
        _show("metric", name, {"value": float(value), **({} if step is None else {"step": step})})


def log(message: str, *, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
    """Say something to whoever watches the run."""
    if not _report("log", message=str(message), level=level.upper()):
        print(message)  # noqa: T201 - it is said to a person at a notebook


class _Credentials(Mapping[str, str]):
    """The secrets that the component names, by name."""

    def __init__(self, names: Iterable[str], resolve: Callable[[str], str]) -> None:
        self._names = tuple(names)
        self._resolve = resolve

    def __getitem__(self, name: str) -> str:
        if name in self._names:
            return self._resolve(name)
        hint = did_you_mean(name, self._names) or f"it names {listing(self._names) or 'none'}"
        raise UnknownNameError(
            f"the notebook's component doesn't name the credential {name!r} (`credentials:`): {hint}"
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<credentials: {listing(self._names) or 'none'}>"  # the values stay unseen


def __getattr__(name: str) -> Any:
    if name == "context":
        return _context()
    if name == "credentials":
        return _credentials()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _context() -> Context:
    told = _told()
    own = (told.get("extras") or {}).get("treadle") or {}
    if not (named := own.get("context_class")):
        return Context(told)
    module, _, name = named.partition(":")
    found: type[Context] = getattr(import_module(module), name)
    return found(told)


@cache
def _credentials() -> _Credentials:
    if _CONTEXT in os.environ:
        # Taken away, so that what the notebook starts doesn't inherit it.
        values: dict[str, str] = json.loads(os.environ.pop(_SECRETS, "{}"))
        return _Credentials(values, values.__getitem__)
    return _Credentials(_told().get("credentials") or (), _resolved_here)


@cache
def _told() -> Mapping[str, Any]:
    """What the run tells; outside of a run, what the project's YAML says of this notebook."""
    if (parameter := os.environ.get(_CONTEXT)) is not None:
        told: Mapping[str, Any] = json.loads(Path(_decoded(parameter)["path"]).read_text(encoding="utf-8"))
        return told
    return _from_the_project()


def _from_the_project() -> Mapping[str, Any]:
    """What `treadle notebook context` says."""
    file = _this_notebook()
    said: Mapping[str, Any] = json.loads(_asked("context", *([file] if file else [])))
    return said


def _resolved_here(name: str) -> str:
    """A credential as the person who has the notebook open can have it."""
    return _asked("credential", name)


def _asked(*words: str) -> str:
    """What `treadle notebook …` answers: in a process of its own, so that loading a project changes nothing here."""
    command = [sys.executable, "-m", "treadle", "notebook", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(done.stderr.strip() or "the project can't be loaded")
    return done.stdout


def _this_notebook() -> str | None:
    """The file of the notebook that a person has open, as far as Jupyter or the editor says it."""
    if own := os.environ.get("TREADLE_NOTEBOOK"):
        return own
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    if running is not None and (file := running.user_ns.get("__vsc_ipynb_file__")):
        return str(file)
    session = os.environ.get("JPY_SESSION_NAME", "")
    return session if session.endswith((".ipynb", ".py", ".md")) and Path(session).exists() else None


def _asset(asset: str | None) -> str | None:
    """The key as the protocol writes it; the only one of the notebook, when none is given."""
    if asset is not None:
        return asset
    assets = _context().assets if _CONTEXT in os.environ else ()
    if len(assets) > 1:
        raise ValueError(f"say which asset: the notebook has {listing(assets)}")
    return assets[0] if assets else None


def _plain(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {"raw_value": _json(value), "type": "__infer__"} for name, value in metadata.items()}


def _json(value: Any) -> Any:
    """The value as JSON has it: numbers of NumPy as numbers, and what it hasn't as text."""
    if callable(item := getattr(value, "item", None)) and getattr(value, "shape", None) in ((), None):
        value = item()
    try:
        return json.loads(json.dumps(value, default=str))
    except (TypeError, ValueError):
        return str(value)


def _report(method: str, **params: Any) -> bool:
    """Write a message of the Pipes protocol, when a run listens."""
    if (parameter := os.environ.get(_MESSAGES)) is None:
        return False
    line = json.dumps({"__dagster_pipes_version": "0.1", "method": method, "params": params}) + "\n"
    # Opened for each message, because a kernel may fork; one at a time, because threads may report.
    with _lock, open(_decoded(parameter)["path"], "ab", buffering=0) as messages:
        rest = memoryview(line.encode("utf-8"))
        while rest:
            rest = rest[messages.write(rest) :]
    return True


def _decoded(parameter: str) -> Mapping[str, Any]:
    decoded: Mapping[str, Any] = json.loads(zlib.decompress(base64.b64decode(parameter)))
    return decoded


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _show(what: str, name: str, values: Mapping[str, Any]) -> None:
    told = ", ".join(f"{key} = {value}" for key, value in values.items())
    print(f"{what}: {name}" + (f" ({told})" if told else "") + "; not recorded: this is no run")  # noqa: T201
