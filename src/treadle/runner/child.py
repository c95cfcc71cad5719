"""The child's side: runs one step in this process, which the runner started for it."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper

from treadle.credentials import Redactor, withdraw
from treadle.ir import AssetGraph, Definitions, Step, StepFailed, link
from treadle.ir.denials import denials, told_of
from treadle.runner.context import RunningStep
from treadle.runner.metadata import bounded
from treadle.runner.phases import TRACEPARENT, continue_trace, flush_spans
from treadle.runner.processes import be_a_step, end_with_the_parent
from treadle.runner.reporter import Reporter
from treadle.runner.request import StepRequest
from treadle.runner.returned import record_returned
from treadle.runner.tracebacks import explain
from treadle.runner.wire import Ended

__all__ = ["run_step"]

_OK = 0
_FAILED = 3
_CANCELLED = 128 + signal.SIGTERM


def run_step(
    step: Step | Callable[[], Step], request: StepRequest, *, graph: Callable[[], AssetGraph] | None = None
) -> int:
    """Run a step in this process, report to the runner that started it, and give the exit code.

    `step` may be a function that finds the step: when that fails, it is the step's failure. `graph` gives what the
    step is in, or the part of it that its component declares: the platform of that graph is what the step may use.
    A step whose compute profile isn't for this machine is taken elsewhere, and this process only drives it.
    """
    reporter = Reporter.from_environment()
    try:
        _prepare_process(reporter)
        ended = _ran(step, request, reporter, graph or _nothing)
        reporter.send(ended)
    except KeyboardInterrupt:
        return _stopped(reporter)
    return _OK if ended.error is None else _FAILED


def _ran(
    step: Step | Callable[[], Step], request: StepRequest, reporter: Reporter, graph: Callable[[], AssetGraph]
) -> Ended:
    if request.traceparent:
        os.environ[TRACEPARENT] = request.traceparent
    redactor = Redactor()
    try:
        found = step if isinstance(step, Step) else step()
        _refuse_denied(request, graph)
        _refuse_misuse(found, graph)
        continue_trace(request.traceparent)
        platform = graph().platform
        if found.compute is not None and not reporter.is_far:
            from treadle.runner.far.launchers import elsewhere, run_elsewhere

            if (profile := elsewhere(found, platform)) is not None:
                return run_elsewhere(profile, request, reporter)
        context = RunningStep(
            found,
            request,
            reporter,
            platform=platform,
            environment=withdraw(platform, os.environ),
            redactor=redactor,
        )
        _run(found, context)
        context.finish()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message, details = map(redactor.text, explain(error))
        reporter.say(details)
        return Ended(error=bounded(message), may_retry=getattr(error, "may_retry", True) is True)
    finally:
        flush_spans()
    return Ended()


def _nothing() -> AssetGraph:
    return link(Definitions())[0]


def _refuse_denied(request: StepRequest, graph: Callable[[], AssetGraph]) -> None:
    """Whoever asked for this may not have judged it, or did so before something has changed."""
    for verdict in denials(graph(), (*request.assets, *(check.asset for check in request.checks))):
        raise StepFailed(f"{told_of(verdict)} (policy {verdict.policy})", may_retry=False)


def _refuse_misuse(step: Step, graph: Callable[[], AssetGraph]) -> None:
    """Whoever asked for this may not have looked."""
    if step.compute is None and not step.credentials:
        return
    from treadle.ir.platform_use import mistakes_in_use

    for mistake in mistakes_in_use(graph(), [step], is_whole=False):
        raise StepFailed(f"{mistake.message}: {mistake.why}; {mistake.fix}", may_retry=False)


def _run(step: Step, context: RunningStep) -> None:
    try:
        record_returned(context, step.run(context))
    except SystemExit as end:
        # What scripts do when they are done.
        if end.code not in (None, 0):
            raise StepFailed(f"the step called sys.exit({end.code!r})") from None


def _prepare_process(reporter: Reporter) -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(line_buffering=True, encoding="utf-8", errors="backslashreplace")
    if not reporter.has_runner:
        return
    be_a_step()
    if sys.stderr is not None:
        with suppress(OSError, ValueError):
            faulthandler.enable()
    if threading.current_thread() is threading.main_thread():
        # A request to end unwinds the step like Ctrl-C does, so that what it holds is let go of.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_with_the_parent(signal.SIGTERM)
    if reporter.is_runner_gone:
        raise KeyboardInterrupt


def _stopped(reporter: Reporter) -> int:
    reporter.say("cancelled")
    if reporter.is_runner_gone and os.getpgrp() == os.getpid():
        # The runner would have ended all of the group.
        os.killpg(0, signal.SIGKILL)
    return _CANCELLED
