"""What `cli_args` are when a run is for a partition."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from treadle.errors import ProjectError
from treadle.ir import TimeWindow
from treadle.library.dbt.partitions import event_times

DAILY = {"type": "daily", "start": "2026-01-01"}


@pytest.mark.parametrize(
    ("partitions", "key", "template", "text"),
    [
        pytest.param(DAILY, "2026-01-31", "{{ partition_key }}", "2026-01-31", id="key"),
        pytest.param(DAILY, "2026-01-31", "{{ partition_key_range.end }}", "2026-01-31", id="range"),
        pytest.param(DAILY, "2026-01-31", "{{ partition_time_window.end }}", "2026-02-01T00:00:00+00:00", id="day"),
        pytest.param(
            DAILY, "2026-01-01..2026-01-31", "{{ partition_time_window.end }}", "2026-02-01T00:00:00+00:00", id="days"
        ),
        pytest.param(
            DAILY, "2026-01-01..2026-01-31", "{{ partition_key_range.end }}", "2026-01-31", id="range-of-days"
        ),
        pytest.param(
            {"type": "hourly", "start": "2026-01-01-00:00"},
            "2026-01-31-23:00",
            "{{ partition_time_window.end }}",
            "2026-02-01T00:00:00+00:00",
            id="hour",
        ),
        pytest.param(
            {"type": "weekly", "start": "2026-01-04"},
            "2026-01-25",
            "{{ partition_time_window.end }}",
            "2026-02-01T00:00:00+00:00",
            id="week",
        ),
        pytest.param(
            {"type": "monthly", "start": "2025-12-01"},
            "2025-12-01",
            "{{ partition_time_window.end }}",
            "2026-01-01T00:00:00+00:00",
            id="month",
        ),
    ],
)
def test_variables(
    declare: Any, make_manifest: Any, entry: Any, partitions: dict[str, Any], key: str, template: str, text: str
) -> None:
    """
    The partition, and where its time window starts and ends, can be given to dbt.
    """
    folder = make_manifest(entry("model.small.a"))
    attributes = {
        "project": str(folder),
        "translation": {"partitions": partitions},
        "cli_args": ["build", {"--vars": {"x": template}}],
    }
    declared = declare(attributes)
    words = declared.step.run.words(declared.recorder(partition=key))
    assert ["build", "--vars", f'{{"x": "{text}"}}'] == words


def test_one_key_where_there_are_several(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A command that needs the one partition of a run for several can't be written.
    """
    attributes = {
        "project": str(make_manifest(entry("model.small.a"))),
        "translation": {"partitions": DAILY},
        "cli_args": ["build", "{{ partition_key }}"],
    }
    declared = declare(attributes)
    with pytest.raises(ProjectError, match="partition_key"):
        declared.step.run.words(declared.recorder(partition="2026-01-01..2026-01-02"))


@pytest.mark.dbt
def test_microbatch_models_are_cut_to_the_window(declare: Any, tmp_path: Any) -> None:
    """
    dbt fills the batches of a microbatch model that lie in the window of the run, and no others.
    """
    folder = microbatch_project(tmp_path / "events")
    declared = declare({"project": str(folder), "translation": {"partitions": DAILY}})
    declared.run(partition="2026-01-02..2026-01-03")
    import duckdb

    with duckdb.connect(str(folder / "events.duckdb")) as connection:
        found = connection.execute("select distinct day::date::text from visits order by 1").fetchall()
    assert [("2026-01-02",), ("2026-01-03",)] == found


@pytest.mark.parametrize(
    ("words", "is_cut"),
    [
        pytest.param(["build"], True, id="build"),
        pytest.param(["--quiet", "run"], True, id="run"),
        pytest.param(["seed"], False, id="a-command-that-cuts-nothing"),
        pytest.param(
            ["build", "--event-time-start=2026-01-01", "--event-time-end=2026-01-02"], False, id="cut-by-hand"
        ),
    ],
)
def test_when_dbt_is_told_of_the_window(words: list[str], is_cut: bool) -> None:
    """
    The window is given to commands that can be cut, when they aren't already.
    """
    window = TimeWindow(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    assert is_cut == bool(event_times(words, window))
    assert [] == event_times(words, None)


MODEL = """
{{ config(materialized="incremental", incremental_strategy="microbatch", event_time="day", batch_size="day",
          begin="2026-01-01") }}
select * from {{ ref("days") }}
"""


def microbatch_project(folder: Path) -> Path:
    """A dbt project whose one microbatch model copies a table of ten days."""
    files = {
        "dbt_project.yml": "name: events\nprofile: events\n",
        "profiles.yml": f"events:\n  outputs: {{default: {{type: duckdb, path: '{folder}/events.duckdb'}}}}\n",
        "models/days.sql": "{{ config(event_time='day') }}\n"
        "select unnest(generate_series(timestamp '2026-01-01', timestamp '2026-01-10', interval 1 day)) as day\n",
        "models/visits.sql": MODEL,
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
