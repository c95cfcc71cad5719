"""What `cli_args` are when a run is for a partition."""

from __future__ import annotations

from typing import Any

import pytest

from treadle.ir import StepFailed

DAILY = {"type": "daily", "start": "2026-01-01"}


@pytest.mark.parametrize(
    ("partitions", "key", "template", "text"),
    [
        pytest.param(DAILY, "2026-01-31", "{{ partition_key }}", "2026-01-31", id="key"),
        pytest.param(DAILY, "2026-01-31", "{{ partition_key_range.end }}", "2026-01-31", id="range"),
        pytest.param(DAILY, "2026-01-31", "{{ partition_time_window.end }}", "2026-02-01T00:00:00+00:00", id="day"),
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


def test_a_key_of_another_form(declare: Any, make_manifest: Any, entry: Any) -> None:
    """
    A partition key that isn't one of the asset's fails the step with a sentence.
    """
    attributes = {
        "project": str(make_manifest(entry("model.small.a"))),
        "translation": {"partitions": DAILY},
        "cli_args": ["build", "{{ partition_key }}"],
    }
    declared = declare(attributes)
    with pytest.raises(StepFailed, match=r"'january' is not written as '%Y-%m-%d'"):
        declared.step.run.words(declared.recorder(partition="january"))
