"""What `[tool.treadle.observe]` may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from treadle.errors import ProjectError
from treadle.ir.observing import Observed, ToCatalogue, ToCollector
from treadle.project import find_settings
from treadle.project.observing import observed


def write(root: Path, observe: str) -> Path:
    for path, content in {
        "pyproject.toml": f'[tool.treadle]\nmodule = "p"\n{observe}',
        "src/p/__init__.py": "",
        "src/p/defs/__init__.py": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return root


OTEL, LINEAGE = "[tool.treadle.observe.opentelemetry]\n", "[tool.treadle.observe.openlineage]\n"


@pytest.mark.parametrize(
    ("text", "line", "told", "fix"),
    [
        pytest.param("[tool.treadle.observe.otel]\n", 3, "has no setting 'otel'", "opentelemetry", id="table"),
        pytest.param(f'{OTEL}endpiont = "http://c"', 4, "no setting 'endpiont'", "did you mean 'endpoint'?", id="name"),
        pytest.param(f'{OTEL}endpoint = "c:4318"', 4, "'endpoint' can't be used as it is", "write a URL", id="url"),
        pytest.param(
            f'{OTEL}endpoint = "http://me:hunter2@c"',
            4,
            "'endpoint' can't be used as it is",
            "leave user",
            id="password",
        ),
        pytest.param(f'{OTEL}signals = ["trace"]', 4, "'signals' can't be", "did you mean 'traces'?", id="signal"),
        pytest.param(f'{OTEL}signals = "traces"', 4, "'signals' can't be", "write a list", id="signals"),
        pytest.param(f'{OTEL}flush = "2h"', 4, "'flush' can't be '2h'", "up to 60", id="flush"),
        pytest.param(f"{OTEL}service = 3", 4, "'service' can't be 3", "in quotes", id="service"),
        pytest.param(LINEAGE, 3, "doesn't say where events go", "write url", id="nowhere"),
        pytest.param(f'{LINEAGE}url = "ftp://c"', 4, "'url' can't be used as it is", "write a URL", id="scheme"),
        pytest.param(f'{LINEAGE}console = "yes"', 4, "'console' can't be 'yes'", "true or false", id="flag"),
        pytest.param(f"{LINEAGE}console = true\nmost = 0", 5, "'most' can't be 0", "from 1 on", id="most"),
        pytest.param("[tool.treadle]\n", 3, "", "", id="twice"),
        pytest.param("observe = 3\n", 3, "'observe' can't be 3", "as a table", id="no-table"),
        pytest.param("[tool.treadle.observe]\nopenlineage = 3\n", 4, "has to be a table", "and its keys", id="inside"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, told: str, fix: str, tmp_path: Path) -> None:
    """
    What is wrong in the settings of observers is told where it is written, with what to write; never a password.
    """
    with pytest.raises(ProjectError) as raised:
        find_settings(write(tmp_path, text))
    diagnostic = raised.value.diagnostics[0]
    assert "TRD502" == diagnostic.code
    assert diagnostic.span
    if told:
        assert line == diagnostic.span.line
        assert told in diagnostic.message
        assert fix in diagnostic.fix
    assert "hunter2" not in str(raised.value)


ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"}


@pytest.mark.parametrize(
    ("table", "environment", "expected"),
    [
        pytest.param({}, {}, None, id="nothing"),
        pytest.param({}, ENDPOINT, {"traces", "metrics", "logs"}, id="endpoint"),
        pytest.param({"opentelemetry": {}}, {}, {"traces", "metrics", "logs"}, id="table"),
        pytest.param({}, {"OTEL_TRACES_EXPORTER": "otlp"}, {"traces"}, id="exporter"),
        pytest.param({}, {**ENDPOINT, "OTEL_METRICS_EXPORTER": "none"}, {"traces", "logs"}, id="none"),
        pytest.param({}, {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "http://c"}, {"logs"}, id="one-endpoint"),
        pytest.param({"opentelemetry": {}}, {"OTEL_SDK_DISABLED": "true"}, None, id="disabled"),
        pytest.param({"opentelemetry": {"signals": ["logs"]}}, {}, {"logs"}, id="signals"),
        pytest.param({}, {"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, None, id="empty"),
    ],
)
def test_the_environment_decides_what_is_sent(
    table: dict[str, object], environment: dict[str, str], expected: set[str] | None
) -> None:
    """
    The standard variables turn traces, metrics and logs on and off; settings do where they say nothing.
    """
    found = observed(table, environment, root=Path(), service="p").telemetry
    assert expected == (None if found is None else set(found.signals))


def test_settings_and_environment_are_one(tmp_path: Path) -> None:
    """
    Settings are read with their defaults, and variables win.
    """
    text = f'{OTEL}flush = "2s"\n{LINEAGE}url = "http://localhost:5000"\nfile = "out/lineage.jsonl"\nmost = 10\n'
    settings = find_settings(write(tmp_path, text))
    assert Observed(
        telemetry=ToCollector(service="p", flush=2.0),
        lineage=ToCatalogue(url="http://localhost:5000", file=tmp_path / "out/lineage.jsonl", most=10),
    ) == observed(settings.observe, {}, root=settings.root, service=settings.module)
    variables = {"OPENLINEAGE_URL": "http://m", "OPENLINEAGE_ENDPOINT": "v2", "OPENLINEAGE_NAMESPACE": "mill"}
    lineage = observed(settings.observe, variables, root=settings.root, service="p").lineage
    assert lineage is not None
    assert ("http://m", "v2", "mill") == (lineage.url, lineage.path, lineage.namespace)
    off = {"OPENLINEAGE_DISABLED": "true"}
    assert observed(settings.observe, off, root=settings.root, service="p").lineage is None
