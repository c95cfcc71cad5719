"""What a person sees of a run while it runs."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from treadle.cli.outcomes import amount, facts, for_partitions
from treadle.errors import listing
from treadle.ir import CheckResult, CheckSeverity, LogLine, Materialization
from treadle.runner.output import read_output
from treadle.store import RunEnded, RunEvent, RunStarted, StepEnded, StepReported, StepStarted

if TYPE_CHECKING:
    from treadle.runner import Plan
    from treadle.store import RunStatus

__all__ = ["Progress"]

_MOST_WORDS = 6
_COLORS = {"succeeded": "green", "failed": "red", "cancelled": "yellow"}


class Progress:
    """Prints events as they come; on a terminal a line at the bottom says what runs now."""

    def __init__(self, plan: Plan, *, quiet: bool = False) -> None:
        self.plan = plan
        self.steps = {step.address: step for step in plan.steps}
        self.quiet = quiet
        self.counts: Counter[str] = Counter()
        self.materialized: set[object] = set()
        self.outputs: dict[str, Path] = {}
        self.explained: set[str] = set()
        self.failures: list[str] = []
        self.running: dict[str, None] = {}
        self.run_id = ""
        self.is_for_several = False
        self.total = 0
        self.is_live = not quiet and sys.stdout.isatty()
        self.shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show("")

    def listen(self, event: RunEvent) -> None:
        """Show an event."""
        if self.quiet:
            return
        match event:
            case RunStarted():
                self._started(event)
            case StepStarted():
                self.running[event.step] = None
                self.outputs[event.step] = Path(event.output)
                again = f", attempt {event.attempt}" if event.attempt > 1 else ""
                self._say(f"{click.style('▸', fg='blue')} {click.style(event.step, bold=True)}{again}")
            case StepReported():
                self._reported(event)
            case StepEnded():
                self._finished(event)
            case RunEnded():
                self._over(event)
        self._update()

    def warn(self, message: str) -> None:
        """Show what a person should know while the run goes on."""
        self._say(f"{click.style('!', fg='yellow')} {message}") if not self.quiet else click.echo(message, err=True)

    def _started(self, event: RunStarted) -> None:
        steps = self.plan.steps
        self.run_id = event.run_id
        self.is_for_several = len(self.plan.partition_keys) > 1
        self.total = sum(len(each.assets) for each in steps)
        checks = sum(len(each.checks) for each in steps)
        self._say(
            f"Run {click.style(event.run_id, bold=True)}{' goes on' if event.is_resumed else ''}: "
            f"{amount(len(steps), 'step')}, {amount(self.total, 'asset')}, {amount(checks, 'check')}"
            f"{for_partitions(self.plan.partition_keys)}\n"
        )
        if left_out := self.plan.left_out:
            names = listing((check.name for check in left_out), most=3)
            self._say(
                f"{click.style('!', fg='yellow')} left out, as what they also read was never materialized: {names}"
            )

    def _reported(self, event: StepReported) -> None:
        match event.report:
            case Materialization(asset=asset) if self.is_for_several and asset in self.materialized:
                pass  # another partition of what was told already
            case Materialization() as materialization:
                self.materialized.add(materialization.asset)
                self._row(click.style("✓", fg="green"), str(materialization.asset), facts(materialization.metadata))
            case CheckResult(passed=True) as result:
                self.counts["passed"] += 1
                self._row(click.style("✓", fg="green", dim=True), f"check {result.check}", "")
            case CheckResult() as result:
                warning = result.severity is CheckSeverity.WARN
                self.counts["check warned" if warning else "check failed"] += 1
                text = f"check {result.check} of {result.asset}"
                self._row(click.style("!" if warning else "✗", fg="yellow" if warning else "red"), text, "")
                self._detail(result.description or "")
                if any(
                    (key.asset, key.name) == (result.asset, result.check) for key in self.steps[event.step].blocking
                ):
                    self.explained.add(event.step)
                if not warning:
                    self.failures.append(text + (f": {_first(result.description)}" if result.description else ""))
            case LogLine(level="error" | "warning") as line:
                color = "red" if line.level == "error" else "yellow"
                if line.level == "error":
                    self.explained.add(event.step)
                sign = "✗" if line.level == "error" else "!"
                self._say(f"  {click.style(sign, fg=color)} {_first(line.message)}")
                self._detail("\n".join(line.message.splitlines()[1:]))
            case LogLine():
                pass  # it is in the step's output

    def _finished(self, event: StepEnded) -> None:
        self.running.pop(event.step, None)
        if event.status.value == "succeeded":
            return
        if event.retry_at is not None:
            wait = max(0.0, (event.retry_at - datetime.now(UTC)).total_seconds())
            self._say(
                f"{click.style('↻', fg='yellow')} {click.style(event.step, bold=True)} failed, "
                f"again {f'in {wait:.0f} s' if wait >= 0.5 else 'at once'}: {_first(event.error)}"
            )
            return
        self.counts[event.status.value] += 1
        color = _COLORS.get(event.status.value, "yellow")
        first, _, rest = event.error.removeprefix(event.status.value).strip().partition("\n")
        self._say(
            f"{click.style('✗' if color == 'red' else '–', fg=color)} {click.style(event.step, bold=True)} {event.status.value}"
            + (f": {first}" if first else "")
        )
        if event.status.value == "failed":
            if event.step not in self.explained:
                self._detail(rest or self._last_words(event))
            self.failures.append(f"step {event.step}" + (f": {first}" if first else ""))

    def _last_words(self, event: StepEnded) -> str:
        """The end of what a step printed, which says more than its exit code."""
        output = self.outputs.get(event.step)
        if output is None:
            return ""
        end = b""
        for chunk in read_output(output):
            end = (end + chunk)[-4096:]
        lines = end.decode("utf-8", "replace").splitlines()
        words = [line.rstrip() for line in lines if line.strip() and line.strip() not in event.error]
        return "\n".join(words[-_MOST_WORDS:])

    def _over(self, event: RunEnded) -> None:
        counts = self.counts
        words = [f"{len(self.materialized):,} of {amount(self.total, 'asset')} materialized"]
        for name, text in (("passed", "passed"), ("check failed", "failed"), ("check warned", "failed with a warning")):
            if counts[name]:
                words.append(f"{amount(counts[name], 'check')} {text}")
        if counts["skipped"]:
            words.append(f"{amount(counts['skipped'], 'step')} skipped")
        self._say(f"\n{_colored(event.status)} in {event.seconds:.1f} s: {', '.join(words)}")
        if event.status.value != "succeeded":
            for failure in self.failures[:10]:
                self._say(f"  {click.style('✗', fg='red')} {failure}")
            self._say(f"\nWhat the steps printed: treadle runs logs {event.run_id}")

    def _row(self, sign: str, name: str, note: str) -> None:
        width = max(shutil.get_terminal_size().columns, 40)
        if sys.stdout.isatty():
            # A file or a pipe gets whole names; on a terminal a row is a line.
            name = cut_middle(name, width - len(click.unstyle(sign)) - len(note) - 6)
        plain = len(click.unstyle(sign)) + 3 + len(name)
        gap = " " * max(2, min(width, 80) - plain - len(note) - 1)
        self._say(f"  {sign} {name}" + (f"{gap}{click.style(note, dim=True)}" if note else ""))

    def _detail(self, text: str) -> None:
        for line in text.strip().splitlines()[:12]:
            self._say(f"      {line}")

    def _say(self, text: str) -> None:
        self._show("")
        try:
            click.echo(text)
        except BrokenPipeError:
            # Whoever read has left (`| head`). The run goes on: it is about data, and the store has all of it.
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _update(self) -> None:
        """Say at the bottom of the terminal what runs now. No thread draws it: a process with threads can't be forked."""
        done = f"{len(self.materialized):,} of {amount(self.total, 'asset')}"
        names = ", ".join(self.running)
        self._show(f"… {done}, running {names}" if names else "")

    def _show(self, text: str) -> None:
        if self.is_live and not self.quiet and text != self.shown:
            room = max(shutil.get_terminal_size().columns, 40) - 1
            line = text if len(text) <= room else text[: room - 1] + "…"
            click.echo("\r" + " " * len(self.shown) + "\r" + click.style(line, dim=True), nl=False)
            self.shown = line


def _first(text: str | None) -> str:
    return next(iter((text or "").strip().splitlines()), "")


def _colored(status: RunStatus) -> str:
    return click.style(status.value.capitalize(), fg=_COLORS.get(status.value), bold=True)


def cut_middle(text: str, length: int) -> str:
    """A name that fits: its beginning and its end tell more than its middle.

    >>> cut_middle("accepted_values_orders_status", 16)
    'accepted…_status'
    """
    if len(text) <= length:
        return text
    keep = max(length - 1, 2)
    return f"{text[: keep - keep // 2]}…{text[-(keep // 2) :]}"
