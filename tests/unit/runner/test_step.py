"""What a step sees and how it reports, from its own process."""

from __future__ import annotations

import os

import pytest

from treadle.errors import UsageError
from treadle.ir import AssetKey, CheckKey, CheckSeverity, LogLine, Materialization
from treadle.runner import StepRequest
from treadle.store import RunStatus, StepEnded, StepReported

A, B = AssetKey.parse("a"), AssetKey.parse("b")


def with_step(project, body, *, assets="a b", checks="a:ok", extra="", partitions="None", **values):
    """One step over some assets and checks, with this body."""
    options = "".join(f", {name}={value}" for name, value in values.items())
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return project.write(
        f"""
import math, datetime, subprocess
{extra}
def run(context):
{lines}

assets = {assets.split()!r}
checks = [Check(name=text.split(":")[1], asset=key(text.split(":")[0])) for text in {checks.split()!r}]
definitions = Definitions(
    assets=tuple(asset(name, partitions={partitions}) for name in assets),
    checks=tuple(checks),
    steps=(
        step("s", run, assets=tuple(map(key, assets)), checks=tuple(check.key for check in checks){options}),
    ),
)
"""
    )


def test_a_step_reports(project):
    """
    Materializations and check results are recorded with all that the step says of them.
    """
    run = with_step(
        project,
        """
context.materialize("a", metadata={"rows": 3}, data_version="v1")
context.materialize(key("b"))
context.check("ok", False, asset="a", severity=CheckSeverity.WARN, description="one is late", metadata={"late": 1})
""",
    ).run()

    assert [(A, {"rows": 3}, "v1"), (B, {}, f"{run.id}.1")] == [
        (each.asset, dict(each.metadata), each.data_version) for each in project.store.materializations()
    ]
    [result] = project.store.check_results(run_id=run.id)
    assert (CheckKey(A, "ok"), False, CheckSeverity.WARN, "one is late", {"late": 1}) == (
        result.check,
        result.passed,
        result.severity,
        result.description,
        dict(result.metadata),
    )
    assert RunStatus.SUCCEEDED is run.status  # a warning fails nothing


def test_events_arrive_before_the_step_ends(project):
    """
    What a step reports is heard while it runs: this one ends only after somebody has heard it.
    """
    os.mkfifo(project.folder / "go")
    heard = []

    def listen(event):
        if isinstance(event, StepReported | StepEnded):
            heard.append(type(event).__name__)
        if isinstance(event, StepReported) and isinstance(event.report, Materialization) and event.report.asset == A:
            assert [A] == [each.asset for each in project.store.materializations()]
            (project.folder / "go").write_text("go")

    with_step(project, "context.materialize('a')\n(HERE / 'go').read_text()").run(listen=listen)
    assert ["StepReported", "StepReported", "StepReported", "StepEnded"] == heard  # a, then b and a warning at the end


@pytest.mark.parametrize(
    ("body", "recorded"),
    [
        pytest.param("pass", ["a", "b"], id="nothing"),
        pytest.param("context.materialize('b')", ["b", "a"], id="some"),
        pytest.param("return Materialization(asset=key('b'))", ["b", "a"], id="one-returned"),
        pytest.param("return [Materialization(asset=key(k)) for k in 'ba']", ["b", "a"], id="list-returned"),
        pytest.param("yield Materialization(asset=key('b'))\nyield LogLine(message='x')", ["b", "a"], id="generator"),
    ],
)
def test_assets_that_were_not_reported_are_materialized_at_the_end(project, body, recorded):
    """
    When a step returns, the assets that it was asked for and didn't report are recorded too.
    """
    run = with_step(project, body).run()
    assert recorded == [str(each.asset) for each in project.store.materializations(run_id=run.id)]


def test_skippable_assets_are_recorded_only_when_reported(project):
    """
    An asset that its step may skip isn't recorded unless the step says so.
    """
    run = project.write(
        """
        definitions = Definitions(
            assets=(asset("a", skippable=True), asset("b")), steps=(step("s", assets=(key("a"), key("b"))),)
        )
        """
    ).run()
    assert ["b"] == [str(each.asset) for each in project.store.materializations(run_id=run.id)]


def test_a_check_without_a_result_is_a_warning(project):
    """
    A declared check that nobody made is mentioned, and nothing is recorded for it.
    """
    run = with_step(project, "pass").run()
    assert [] == project.store.check_results()
    assert LogLine(level="warning", message="no result was reported for a:ok") in project.reported
    assert RunStatus.SUCCEEDED is run.status


def test_an_asset_that_was_left_out_needs_no_check(project):
    """
    That a skipped asset wasn't checked is no news; that a written one wasn't still is.
    """
    project.write(
        """
        checks = tuple(Check(name="ok", asset=key(name)) for name in ("a", "b"))
        definitions = Definitions(
            assets=(asset("a", skippable=True), asset("b")),
            checks=checks,
            steps=(step("s", assets=(key("a"), key("b")), checks=tuple(check.key for check in checks)),),
        )
        """
    ).run()
    assert ["no result was reported for b:ok"] == [
        each.message for each in project.reported if isinstance(each, LogLine)
    ]


def test_names_may_be_left_out_where_they_are_clear(project):
    """
    A step with one asset and one check needs no names.
    """
    with_step(
        project,
        "context.materialize(metadata={'n': 1})\nreturn CheckResult(passed=True)",
        assets="a",
        checks="a:ok",
    ).run()
    assert [A] == [each.asset for each in project.store.materializations()]
    assert [CheckKey(A, "ok")] == [each.check for each in project.store.check_results()]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("context.materialize()", "say which asset was materialized: the step has a, orders", id="which"),
        pytest.param(
            "context.materialize('order')",
            "the step has no asset 'order': it has a, orders; did you mean 'orders'?",
            id="unknown-asset",
        ),
        pytest.param(
            "context.check('okk', True)",
            "the step has no check 'okk': it has a:ok, orders:ok, orders:one; did you mean 'ok'?",
            id="unknown-check",
        ),
        pytest.param(
            "context.check('ok', True)",
            "say which check has the result: it may be one of a:ok, orders:ok",
            id="which-check",
        ),
        pytest.param("context.check('one', True, asset='a')", "the step has no check 'a:one'", id="other-asset"),
        pytest.param("return 42", "the step returned 42 (int); return nothing, a Materialization", id="number"),
        pytest.param("return [{}]", "the step returned {} (dict); return nothing, a Materialization", id="in-a-list"),
        pytest.param("return 'a'", "the step returned 'a' (str)", id="text"),
    ],
)
def test_what_makes_no_sense_fails_the_step(project, body, error):
    """
    A report that doesn't fit the step fails it with a message that says what would.
    """
    run = with_step(project, body, assets="a orders", checks="a:ok orders:ok orders:one").run()
    assert project.errors(run)["s"].startswith(error)


def test_only_their_frames_are_shown(project):
    """
    The traceback of an exception has the lines of whoever wrote the step, and none of Treadle's.
    """
    run = with_step(
        project,
        """
try:
    prices()
except ZeroDivisionError as error:
    raise LookupError("no price") from error
""",
        extra="def prices():\n    return 1 / 0\n",
    ).run()

    assert {"s": "LookupError: no price (steps.py:38)"} == project.errors(run)
    output = project.output(run, "s")
    assert 2 == output.count("Traceback (most recent call last)")
    assert {"steps.py"} == {
        line.split('"')[1].rpartition("/")[2] for line in output.splitlines() if line.startswith("  File ")
    }
    assert "return 1 / 0" in output


def test_the_line_that_is_named_is_theirs(project):
    """
    When a library fails, the message names the line that called it.
    """
    run = with_step(project, "import json\njson.loads('')").run()
    [error] = project.errors(run).values()
    assert "JSONDecodeError: Expecting value: line 1 column 1 (char 0) (steps.py:34)" == error
    assert "decoder.py" in project.output(run, "s")


def test_a_long_report_is_cut(project):
    """
    What is reported to others is bounded; the output has all of it.
    """
    run = with_step(project, "context.log('x' * 50000)\nraise StepFailed('y' * 50000)").run()
    [line] = project.reported
    assert (20_000, 20_000) == (len(line.message), len(project.errors(run)["s"]))
    assert 100_002 == len(project.output(run, "s"))


def test_an_error_on_purpose_is_its_message(project):
    """
    A step that fails with a message of its own shows no traceback.
    """
    run = with_step(project, "raise StepFailed('the file is empty')").run()
    assert {"s": "the file is empty"} == project.errors(run)
    assert "the file is empty\n" == project.output(run, "s")


def test_a_step_that_cannot_be_found_fails(project):
    """
    When the code of a step can't be loaded, the step fails and says why.
    """
    with_step(project, "pass")
    source = project.folder / "steps.py"

    def listen(event):
        if type(event).__name__ == "RunStarted":
            source.write_text("import no_such_module")

    run = project.run(listen=listen)
    assert {"s": "ModuleNotFoundError: No module named 'no_such_module' (steps.py:1)"} == project.errors(run)


def test_all_output_is_captured(project):
    """
    What a step and what it starts print, on either stream, is in its output file in the order of printing.
    """
    run = with_step(
        project,
        """
print("one")
print("two", file=sys.stderr)
os.write(1, b"three\\n")
context.shell("sh", "-c", "echo four; echo five >&2")
subprocess.run(["echo", "six"])
context.log("seven")
context.log("eight", level="warning")
print("\\udce9")
""",
        checks="",
    ).run()
    assert "one two three four five six seven warning: eight \\udce9" == " ".join(project.output(run, "s").splitlines())


def test_a_command_is_heard_line_by_line(project):
    """
    The output of a command arrives a line at a time, both streams together, whatever bytes it holds.
    """
    with_step(
        project,
        r"""
script = "printf 'one\\n\\377two\\n'; echo three >&2; head -c 300000 /dev/zero | tr '\\0' x; exit 5"
lines = []
code = context.shell("sh", "-c", script, on_line=lines.append)
context.log(f"{code} {lines[:3]} {len(lines[3])}")
""",
    ).run()
    assert LogLine(message="5 ['one', '\ufffdtwo', 'three'] 300000") in project.reported


def test_a_command_gets_its_folder_and_environment(project, monkeypatch):
    """
    A command runs where it is told, with the step's environment and what is added to it.
    """
    monkeypatch.setenv("KEPT", "kept")
    (project.folder / "there").mkdir()
    run = with_step(
        project,
        """
context.shell("sh", "-c", "echo $KEPT $ADDED $TREADLE_EVENTS_FD; basename $PWD",
              cwd=HERE / "there", env={"ADDED": "added"})
""",
        checks="",
    ).run()
    assert "kept added\nthere\n" == project.output(run, "s")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        pytest.param("'no-such-program'", "'no-such-program' can't be run: no such program", id="no-program"),
        pytest.param("'ls', cwd=HERE / 'nowhere'", "'ls' can't be run: there is no folder", id="no-folder"),
        pytest.param("HERE", "can't be run: Permission denied", id="a-folder"),
        pytest.param("'a\\0b'", "can't be run: embedded null byte", id="nul"),
        pytest.param("", "no command was given", id="nothing"),
    ],
)
def test_a_command_that_cannot_be_run(project, call, error):
    """
    When there is nothing to run, the step fails and says what was missing.
    """
    run = with_step(project, f"context.shell({call})").run()
    assert error in project.errors(run)["s"]


def test_what_a_step_sees(project):
    """
    A step knows its run, its folder, its partition and what is asked of it.
    """
    run = with_step(
        project,
        """
context.log(f"{context.run_id} {context.project_root == HERE} {context.partition} {context.is_subset}")
context.log(f"{sorted(map(str, context.assets))} {sorted(map(str, context.checks))} {os.getcwd() == str(HERE)}")
context.log(sys.stdin.read())
""",
        checks="a:ok b:ok",
        can_subset=True,
        partitions="StaticPartitions(keys=['2026-01-01'])",
    ).run("b", partition="2026-01-01")

    said = [each.message for each in project.reported if isinstance(each, LogLine)]
    assert [f"{run.id} True 2026-01-01 True", "['b'] ['b:ok'] True", ""] == said[:3]
    assert [(B, "2026-01-01")] == [(each.asset, each.partition) for each in project.store.materializations()]


def test_a_step_may_report_from_threads(project):
    """
    Large reports from several threads at once arrive whole.
    """
    with_step(
        project,
        """
import threading

def report(n):
    for m in range(20):
        context.materialize("a", metadata={"n": n, "m": m, "text": "x" * 15000})

threads = [threading.Thread(target=report, args=(n,)) for n in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
""",
        assets="a",
    ).run()
    found = {(each.metadata["n"], each.metadata["m"]) for each in project.store.materializations()}
    assert {(n, m) for n in range(4) for m in range(20)} == found


SEVERITIES = """
def run(context):
    context.check("ok", False, asset="a"%s)

definitions = Definitions(
    assets=(asset("a"), asset("b", "a")),
    checks=(Check(name="ok", asset=key("a")%s),),
    steps=(step("a", run, checks=(CheckKey(key("a"), "ok"),)), step("b")),
)
"""


@pytest.mark.parametrize(
    ("reported", "declared", "status", "steps", "why"),
    [
        pytest.param("", "", "failed", ("succeeded", "succeeded"), "failed checks: a:ok", id="error"),
        pytest.param("", ", blocking=True", "failed", ("failed", "skipped"), "failed: a", id="blocking"),
        pytest.param(
            "", ", severity=CheckSeverity.WARN", "succeeded", ("succeeded", "succeeded"), "", id="declared-warning"
        ),
        pytest.param(
            ", severity=CheckSeverity.WARN", "", "succeeded", ("succeeded", "succeeded"), "", id="reported-warning"
        ),
    ],
)
def test_what_a_failed_check_means(project, reported, declared, status, steps, why):
    """
    An error fails the run, a blocking check also stops what is downstream, and a warning does neither.
    """
    run = project.write(SEVERITIES % (reported, declared)).run()

    assert (status, why) == (run.status, run.error)
    assert steps == tuple(project.statuses(run).values())
    assert "a" in {str(each.asset) for each in project.store.materializations()}
    assert [False] == [each.passed for each in project.store.check_results()]


def test_a_request_comes_back_as_it_was_written(tmp_path):
    """
    A request file holds all of a request.
    """
    request = StepRequest(
        project=tmp_path,
        component="x[1]",
        step="s",
        assets=(A, B),
        checks=(CheckKey(A, "a:b"),),
        skippable=(B,),
        partition="p",
        run_id="r",
        attempt=2,
    )
    request.write(tmp_path / "request.json")
    assert request == StepRequest.read(tmp_path / "request.json")


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"project": 3}', "\xff"])
def test_a_file_that_is_no_request_is_refused(tmp_path, content):
    """
    A file that is missing or holds something else is the caller's mistake.
    """
    file = tmp_path / "request.json"
    if content is not None:
        file.write_text(content, encoding="latin-1")
    with pytest.raises(UsageError, match=r"request\.json"):
        StepRequest.read(file)


def test_steps_and_their_commands_see_what_the_run_was_given(project):
    """
    Configuration and tags are in the context; commands find the run's ID and its configuration in their environment.
    """
    run = project.write(
        """
        def tell(context):
            print(dict(context.config), dict(context.tags), flush=True)
            context.shell("sh", "-c", 'echo "$TREADLE_RUN_ID $TREADLE_CONFIG"')

        definitions = Definitions(assets=(asset("a"),), steps=(step("a", tell),))
        """
    ).run(config={"days": [1, 2]}, tags={"team": "x"})
    expected = f"{{'days': [1, 2]}} {{'team': 'x'}}\n{run.id} {{\"days\": [1, 2]}}\n"
    assert expected == project.output(run, "a")
