"""What hooks tell: one JSON shape, documented in `docs/reference/hooks.md`, and the same as text.

Keys are never left out, so whoever reads it needs no cases: what doesn't belong to a kind is null or empty.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from treadle.ir import AssetKey, CheckResult, CheckSeverity
from treadle.ir.hooks import Occasion
from treadle.store import CheckResultRecord, RunEnded, RunRecord, StepEnded, StepRecord, StepStatus

__all__ = [
    "Message",
    "as_text",
    "check_message",
    "headline",
    "overdue_message",
    "retry_message",
    "run_message",
    "trial_message",
]

Message = Mapping[str, Any]

_MOST_LISTED = 100
_MOST_SHOWN = 10
_LONGEST_ERROR = 2_000


def run_message(
    run: RunRecord,
    ended: RunEnded,
    steps: Sequence[StepRecord],
    checks: Collection[CheckResultRecord],
    *,
    at: datetime,
) -> Message:
    """A run is over: `steps` and `checks` are those of the run as they are then."""
    failed = [step for step in steps if step.status is StepStatus.FAILED]
    skipped = [step.step for step in steps if step.status is StepStatus.SKIPPED]
    bad = [each for each in checks if not each.passed]
    return _message(
        "failure" if ended.status.value == "failed" else "success",
        run,
        status=ended.status.value,
        error=_cut(ended.error),
        ended_at=at.isoformat(),
        seconds=round((at - run.started_at).total_seconds(), 3) if run.started_at else round(ended.seconds, 3),
        failed_steps=[
            {"step": step.step, "error": _cut(step.error), "attempts": step.attempts, "assets": _texts(step.assets)}
            for step in failed[:_MOST_LISTED]
        ],
        failed_step_count=len(failed),
        skipped_step_count=len(skipped),
        failed_checks=[_recorded_check(each) for each in bad[:_MOST_LISTED]],
        failed_check_count=len(bad),
    )


def retry_message(run: RunRecord, ended: StepEnded, assets: Collection[AssetKey]) -> Message:
    """An attempt at a step failed, and it is tried again."""
    assert ended.retry_at is not None
    return _message(
        "retry",
        run,
        status="running",
        error=_cut(ended.error),
        step=ended.step,
        attempt=ended.attempt,
        retry_at=ended.retry_at.isoformat(),
        assets=_texts(assets),
    )


def check_message(run: RunRecord, ended: StepEnded, failed: Sequence[CheckResult]) -> Message:
    """A step is over, and checks that it made failed."""
    return _message(
        "check_failure",
        run,
        status="running",
        error=f"{len(failed)} {'check' if len(failed) == 1 else 'checks'} failed",
        step=ended.step,
        attempt=ended.attempt,
        assets=_texts({each.asset for each in failed if each.asset is not None}),
        failed_checks=[
            _check(each.asset, each.check, each.severity, each.description, each.partition)
            for each in failed[:_MOST_LISTED]
        ],
        failed_check_count=len(failed),
    )


def overdue_message(
    *, project: str, asset: AssetKey, since: datetime, last: datetime | None = None, partition: str | None = None
) -> Message:
    """An asset should have been materialized: it is overdue `since` then, and was `last` materialized, if ever.

    >>> late = datetime(2026, 5, 1, 9, tzinfo=UTC)
    >>> headline(overdue_message(project="/srv/shop", asset=AssetKey.parse("orders"), since=late))
    'shop: orders is overdue since 2026-05-01 09:00 UTC'
    """
    return _message(
        "overdue",
        None,
        project=project,
        error="it was never materialized" if last is None else f"it was last materialized at {_moment(last)}",
        partition=partition,
        assets=[str(asset)],
        overdue_since=since.isoformat(),
        last_materialized_at=last.isoformat() if last else None,
        command=f"treadle run {asset}",
    )


def trial_message(*, project: str, hook: str) -> Message:
    """Something to see whether a hook works."""
    return _message("test", None, project=project, error=f"this is a test of the hook {hook!r}")


def headline(message: Message) -> str:
    """A message in a line, for subjects and notifications."""
    name = PurePath(message["project"]).name or message["project"]
    what = message["selection"] or ""
    if what and message["partition"]:
        what += f" [{message['partition']}]"
    match message["kind"]:
        case "failure":
            text = f"run of {what} failed"
        case "success":
            text = f"run of {what} succeeded"
        case "retry":
            text = f"{message['step']} failed and is tried again"
        case "check_failure":
            text = f"{message['error']} in {message['step']}"
        case "overdue":
            since = datetime.fromisoformat(message["overdue_since"])
            text = f"{', '.join(message['assets'])} is overdue since {_moment(since)}"
        case _:
            text = message["error"]
    return " ".join(f"{name}: {text}".split())


def as_text(message: Message) -> str:
    """A message as a person reads it."""
    lines = [headline(message)]
    if message["error"] and message["kind"] in ("failure", "retry", "overdue"):
        lines += ["", message["error"]]
    if message["retry_at"]:
        lines += ["", f"Next attempt: {_moment(datetime.fromisoformat(message['retry_at']))}"]
    for step in message["failed_steps"][:_MOST_SHOWN]:
        lines += ["", f"✗ {step['step']}", *(f"  {line}" for line in step["error"].splitlines())]
    lines += _more(message["failed_step_count"], "failed step")
    if message["failed_checks"]:
        lines.append("")
    for check in message["failed_checks"][:_MOST_SHOWN]:
        mark = "✗" if check["severity"] == "error" else "!"
        lines.append(f"{mark} {check['asset']}:{check['check']}" + (f": {d}" if (d := check["description"]) else ""))
    lines += _more(message["failed_check_count"], "failed check")
    if message["skipped_step_count"]:
        lines += ["", f"Skipped because of that: {_amount(message['skipped_step_count'], 'step')}"]
    lines += ["", *_circumstances(message)]
    return "\n".join(lines).strip() + "\n"


def _circumstances(message: Message) -> list[str]:
    facts = {
        "Run": message["run"],
        "Selection": message["selection"],
        "Partition": message["partition"],
        "Tags": ", ".join(f"{key}={value}" for key, value in message["tags"].items()),
        "Launched by": message["launched_by"],
        "Took": None if message["seconds"] is None else f"{message['seconds']:,.1f} s",
        "Project": message["project"],
        "Look at it": message["command"],
    }
    return [f"{name}: {value}" for name, value in facts.items() if value]


def _message(kind: Occasion | str, run: RunRecord | None, **given: object) -> Message:
    """All keys in one order; what isn't given is what the run says, or nothing."""
    message: dict[str, Any] = {
        "kind": kind,
        "project": run.project if run else None,
        "run": run.id if run else None,
        "status": None,
        "selection": run.selection if run else None,
        "partition": run.partition if run else None,
        "tags": dict(run.tags) if run else {},
        "launched_by": run.launched_by if run else None,
        "rerun_of": run.rerun_of if run else None,
        "error": "",
        "step": None,
        "attempt": None,
        "retry_at": None,
        "assets": [],
        "failed_steps": [],
        "failed_step_count": 0,
        "skipped_step_count": 0,
        "failed_checks": [],
        "failed_check_count": 0,
        "overdue_since": None,
        "last_materialized_at": None,
        "started_at": run.started_at.isoformat() if run and run.started_at else None,
        "ended_at": None,
        "seconds": None,
        "command": f"treadle runs show {run.id}" if run else None,
    }
    assert set(given) <= set(message)
    return message | given


def _recorded_check(result: CheckResultRecord) -> dict[str, object]:
    key = result.check
    return _check(key.asset, key.name, result.severity, result.description, result.partition)


def _check(
    asset: AssetKey | None, name: str | None, severity: CheckSeverity, description: str | None, partition: str | None
) -> dict[str, object]:
    return {
        "asset": None if asset is None else str(asset),
        "check": name,
        "severity": severity.value,
        "description": None if description is None else _cut(description),
        "partition": partition,
    }


def _texts(keys: Collection[AssetKey]) -> list[str]:
    return sorted(map(str, keys))[:_MOST_LISTED]


def _cut(text: str) -> str:
    """Errors say at their beginning what is wrong, and at their end (of a traceback) too."""
    if len(text) <= _LONGEST_ERROR:
        return text
    return f"{text[: _LONGEST_ERROR // 2]}\n…\n{text[-_LONGEST_ERROR // 2 :]}"


def _more(count: int, word: str) -> list[str]:
    return [f"… and {_amount(count - _MOST_SHOWN, f'more {word}')}"] if count > _MOST_SHOWN else []


def _amount(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
