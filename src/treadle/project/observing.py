"""What `[tool.treadle.observe]` and the standard environment variables say: who is told of runs besides hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from treadle.errors import cut, did_you_mean, listing
from treadle.ir.durations import parse_duration
from treadle.ir.observing import SIGNALS, Observed, Signal, ToCatalogue, ToCollector

__all__ = ["mistakes_in_observe", "observed"]

Mistake = tuple[tuple[str, ...], str, str]
"""The way to the key that is wrong, what is wrong with it, and what to write instead."""

_PROTOCOL = "http/protobuf"
_LONGEST_FLUSH = 60.0
_A_URL = 'write a URL, like "http://localhost:4318"'
_OFF = {"true", "1", "yes"}


def observed(table: Mapping[str, Any], environment: Mapping[str, str], *, root: Path, service: str) -> Observed:
    """Who is told, as settings without mistakes and the environment say; where both say something, the environment wins.

    >>> told = observed({}, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:4318/v1/traces"}, root=Path(), service="p")
    >>> told.telemetry.signals, told.lineage
    (frozenset({'traces'}), None)
    """
    mistakes: list[str] = []
    return Observed(
        telemetry=_collector(table.get("opentelemetry"), environment, service, mistakes),
        lineage=_catalogue(table.get("openlineage"), environment, root),
        mistakes=tuple(mistakes),
    )


def mistakes_in_observe(table: object) -> Iterator[Mistake]:
    """What is wrong with the settings.

    >>> list(mistakes_in_observe({"opentelemetry": {"endpiont": "http://localhost:4318"}}))[0][1:]
    ("[tool.treadle.observe.opentelemetry] has no setting 'endpiont'", "did you mean 'endpoint'?")
    """
    if not isinstance(table, Mapping):
        return
    for name, inside in table.items():
        if name not in _TABLES:
            fix = did_you_mean(name, _TABLES) or f"write one of {listing(_TABLES)}"
            yield (name,), f"[tool.treadle.observe] has no setting {name!r}", fix
        elif not isinstance(inside, Mapping):
            fix = f"write [tool.treadle.observe.{name}] and its keys below"
            yield (name,), f"the setting {name!r} has to be a table", fix
        else:
            yield from _mistakes(name, inside, _TABLES[name])
    lineage = table.get("openlineage")
    if isinstance(lineage, Mapping) and not {"url", "file", "console"} & lineage.keys():
        fix = 'write url = "http://localhost:5000", file = "lineage.jsonl" or console = true'
        yield ("openlineage",), "[tool.treadle.observe.openlineage] doesn't say where events go", fix


def _mistakes(name: str, table: Mapping[str, Any], fields: Mapping[str, Callable[[Any], object]]) -> Iterator[Mistake]:
    for key, value in table.items():
        if key not in fields:
            fix = did_you_mean(key, fields) or f"write one of {listing(fields)}"
            yield (name, key), f"[tool.treadle.observe.{name}] has no setting {key!r}", fix
            continue
        try:
            fields[key](value)
        except ValueError as error:
            # People write passwords into URLs: they aren't shown.
            used = "used as it is" if key in ("endpoint", "url") else cut(value)
            yield (name, key), f"the setting {key!r} can't be {used}", str(error)


def _collector(
    table: Mapping[str, Any] | None, environment: Mapping[str, str], service: str, mistakes: list[str]
) -> ToCollector | None:
    """Where traces go; None when nobody asked for that, or somebody asked for the opposite."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() in _OFF:
        return None
    given = {key: _COLLECTOR[key](value) for key, value in (table or {}).items()}
    wanted: set[Signal] = set()
    for signal in SIGNALS:
        name = signal.upper()
        exporter = environment.get(f"OTEL_{name}_EXPORTER", "").strip().lower()
        protocol = _first(environment, f"OTEL_EXPORTER_OTLP_{name}_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
        endpoint = _first(environment, f"OTEL_EXPORTER_OTLP_{name}_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
        if exporter == "none" or not (exporter or endpoint or (table is not None and signal in _signals_of(given))):
            continue
        if exporter not in ("", "otlp"):
            mistakes.append(f"OTEL_{name}_EXPORTER is {exporter!r}, and {signal} can only be sent by 'otlp'")
        elif protocol not in ("", _PROTOCOL):
            mistakes.append(
                f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}, and {signal} can only be sent by {_PROTOCOL!r}"
            )
        elif endpoint and not _is_whole(endpoint):
            # People write passwords into URLs: they aren't shown.
            own = f"OTEL_EXPORTER_OTLP_{name}_ENDPOINT"
            said = own if environment.get(own, "").strip() else "OTEL_EXPORTER_OTLP_ENDPOINT"
            mistakes.append(f"{said} can't be used as it is: {_A_URL}")
        else:
            wanted.add(signal)
            mistakes += _mistaken_compression(environment, name, signal)
    mistakes[:] = dict.fromkeys(mistakes)  # what is said for all signals is wrong once
    if not wanted:
        return None
    return ToCollector(**{"service": service, **given, "signals": frozenset(wanted)})


def _mistaken_compression(environment: Mapping[str, str], name: str, signal: Signal) -> Iterator[str]:
    said = _first(environment, f"OTEL_EXPORTER_OTLP_{name}_COMPRESSION", "OTEL_EXPORTER_OTLP_COMPRESSION")
    if said.lower() not in ("", "none", "gzip"):
        yield f"OTEL_EXPORTER_OTLP_COMPRESSION is {said!r}, and {signal} can only be sent with 'gzip' or 'none'"


def _signals_of(given: Mapping[str, Any]) -> frozenset[Signal]:
    found: frozenset[Signal] = given.get("signals", frozenset(SIGNALS))
    return found


def _catalogue(table: Mapping[str, Any] | None, environment: Mapping[str, str], root: Path) -> ToCatalogue | None:
    if environment.get("OPENLINEAGE_DISABLED", "").strip().lower() in _OFF:
        return None
    given = {key: _CATALOGUE[key](value) for key, value in (table or {}).items()}
    for variable, key in (
        ("OPENLINEAGE_URL", "url"),
        ("OPENLINEAGE_ENDPOINT", "path"),
        ("OPENLINEAGE_NAMESPACE", "namespace"),
    ):
        if value := environment.get(variable, "").strip():
            given[key] = value
    if not {"url", "file", "console"} & given.keys():
        return None
    if "file" in given:
        given["file"] = root / given["file"]
    return ToCatalogue(**given)


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((value for name in names if (value := environment.get(name, "").strip())), "")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("write it as text, in quotes")
    return value


def _url(value: Any) -> str:
    text = _text(value)
    if not _is_whole(text):
        raise ValueError(_A_URL)
    parts = urlsplit(text)
    if parts.username or parts.password:
        raise ValueError("leave user and password out: put them into an environment variable, see the docs")
    return text


def _is_whole(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _seconds(value: Any) -> float:
    if isinstance(value, str):
        value = parse_duration(value).total_seconds()
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value <= _LONGEST_FLUSH:
        raise ValueError(f"write seconds up to {_LONGEST_FLUSH:g}, or text like '5s'")
    return float(value)


def _signals(value: Any) -> frozenset[Signal]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"write a list of {', '.join(SIGNALS)}")
    for each in value:
        if each not in SIGNALS:
            raise ValueError(did_you_mean(str(each), SIGNALS) or f"write a list of {', '.join(SIGNALS)}")
    return frozenset(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("write a number from 1 on")
    return value


_COLLECTOR: Mapping[str, Callable[[Any], Any]] = {
    "endpoint": _url,
    "service": _text,
    "signals": _signals,
    "flush": _seconds,
}
_CATALOGUE: Mapping[str, Callable[[Any], Any]] = {
    "url": _url,
    "path": _text,
    "file": _text,
    "console": _flag,
    "namespace": _text,
    "datasets": _text,
    "sql": _flag,
    "most": _number,
}
_TABLES = {"opentelemetry": _COLLECTOR, "openlineage": _CATALOGUE}
