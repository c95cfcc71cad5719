"""Scripts that report through the Dagster Pipes protocol, with its own client."""

from __future__ import annotations

import json
import os
import textwrap

import pytest

from treadle.ir import AssetKey, CheckKey, CheckSeverity, LogLine, Materialization
from treadle.store import RunStatus, StepReported

STEPS = """
def run(context):
    code = context.pipes(sys.executable, HERE / "script.py", extras={"limit": 3, "since": Path("/x")})
    if code:
        raise StepFailed(f"the script exited with code {code}")

definitions = Definitions(
    assets=tuple(asset(name, partitions=%s) for name in %r),
    checks=(Check(name="ok", asset=key("raw/a")),),
    steps=(step("s", run, assets=tuple(map(key, %r)), checks=(CheckKey(key("raw/a"), "ok"),)),),
)
"""


def with_script(project, script, *, assets=("raw/a",), partitions="None"):
    (project.folder / "script.py").write_text(
        "import json, os, sys\nfrom pathlib import Path\nfrom dagster_pipes import open_dagster_pipes\n"
        + textwrap.dedent(script)
    )
    return project.write(STEPS % (partitions, assets, assets))


def test_a_script_reports(project):
    """
    Materializations with typed metadata, check results and log lines of a script are its step's.
    """
    run = with_script(
        project,
        """
        with open_dagster_pipes() as pipes:
            pipes.log.warning("careful")
            pipes.report_asset_materialization(
                asset_key="raw/a",
                data_version="v7",
                metadata={
                    "rows": 3,
                    "share": {"raw_value": 0.5, "type": "float"},
                    "where": {"raw_value": "/x", "type": "path"},
                    "at": {"raw_value": 0, "type": "timestamp"},
                    "all": {"raw_value": {"raw": [1]}, "type": "json"},
                },
            )
            pipes.report_asset_check("ok", passed=False, severity="WARN", metadata={"late": 1})
            pipes.report_custom_message({"k": [1]})
            pipes.log_external_stream("stdout", "from afar")
        """,
    ).run()

    assert RunStatus.SUCCEEDED is run.status
    [written] = project.store.materializations()
    assert (AssetKey.of("raw", "a"), "v7") == (written.asset, written.data_version)
    assert {
        "rows": 3,
        "share": 0.5,
        "where": "/x",
        "at": "1970-01-01T00:00:00+00:00",
        "all": {"raw": [1]},
    } == dict(written.metadata)
    [result] = project.store.check_results()
    assert (CheckKey(AssetKey.of("raw", "a"), "ok"), False, CheckSeverity.WARN, {"late": 1}) == (
        result.check,
        result.passed,
        result.severity,
        dict(result.metadata),
    )
    assert [
        LogLine(message="careful", level="warning"),
        LogLine(message="custom message: {'k': [1]}", level="debug"),
        LogLine(message="from afar"),
    ] == [each for each in project.reported if isinstance(each, LogLine)]


def test_a_script_knows_what_is_asked_of_it(project):
    """
    A script sees its assets, its run, its partition and the extras.
    """
    run = with_script(
        project,
        """
        with open_dagster_pipes() as pipes:
            print(json.dumps([
                pipes.asset_keys, pipes.run_id, pipes.job_name, pipes.retry_number, pipes.extras,
                pipes.partition_key, pipes.partition_key_range["end"], pipes.partition_time_window,
                pipes.code_version_by_asset_key, pipes.provenance_by_asset_key,
            ]))
        """,
        assets=("raw/a", "b"),
        partitions="TimeWindowPartitions(cron='0 0 * * *', start='2026-01-01', timezone='Europe/Vienna')",
    ).run(partition="2026-01-01")

    answer = json.loads(project.output(run, "s").splitlines()[0])
    nothing = {"b": None, "raw/a": None}
    expected = [["b", "raw/a"], run.id, None, 0, {"limit": 3, "since": "/x"}]
    window = {"start": "2026-01-01T00:00:00+01:00", "end": "2026-01-02T00:00:00+01:00"}
    assert [*expected, "2026-01-01", "2026-01-01", window, nothing, nothing] == answer


def test_messages_arrive_while_the_script_runs(project):
    """
    What a script reports is heard before it ends: this one waits until somebody has.
    """
    os.mkfifo(project.folder / "go")

    def listen(event):
        if isinstance(event, StepReported) and isinstance(event.report, Materialization):
            (project.folder / "go").write_text("go")

    run = with_script(
        project,
        """
        with open_dagster_pipes() as pipes:
            pipes.report_asset_materialization(metadata={"n": 1})
            Path(__file__).with_name("go").read_text()
            pipes.report_asset_check("ok", passed=True)
        """,
    ).run(listen=listen)
    assert RunStatus.SUCCEEDED is run.status


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("print('no pipes at all')", id="no-pipes"),
        pytest.param("open_dagster_pipes()", id="opened-only"),
        pytest.param("import os; os.environ.clear()", id="no-environment"),
    ],
)
def test_a_script_that_says_nothing_has_succeeded(project, script):
    """
    A script that exits with 0 has materialized what its step declares, whatever it said.
    """
    run = with_script(project, script, assets=("raw/a", "b")).run()
    assert RunStatus.SUCCEEDED is run.status
    assert ["b", "raw/a"] == [str(each.asset) for each in project.store.materializations()]


def test_an_exception_in_a_script_is_the_error_of_its_step(project):
    """
    The exception that ended a script is what its step failed with; the script's traceback is in the output.
    """
    run = with_script(
        project,
        """
        with open_dagster_pipes() as pipes:
            pipes.report_asset_materialization()
            raise ValueError("no prices today")
        """,
    ).run()

    assert {"s": "the script failed: ValueError: no prices today"} == project.errors(run)
    assert 'raise ValueError("no prices today")' in project.output(run, "s")
    assert ["raw/a"] == [str(each.asset) for each in project.store.materializations()]


def test_an_exception_that_a_script_survives_is_a_warning(project):
    """
    A script that reports an exception and exits with 0 has succeeded, with a warning.
    """
    run = with_script(
        project,
        """
        try:
            with open_dagster_pipes() as pipes:
                raise ValueError("never mind")
        except ValueError:
            pass
        """,
    ).run()
    warning = "the script reported an exception, and went on: ValueError: never mind"
    assert RunStatus.SUCCEEDED is run.status
    assert LogLine(message=warning, level="warning") in project.reported


@pytest.mark.parametrize(
    ("script", "error"),
    [
        pytest.param("sys.exit(4)", "the script exited with code 4", id="exit-code"),
        pytest.param(
            "open_dagster_pipes().report_asset_check('okay', passed=True)",
            "the step has no check 'raw/a:okay': it has raw/a:ok; did you mean 'raw/a:ok'?",
            id="unknown-check",
        ),
        pytest.param(
            "open_dagster_pipes()._write_message('report_asset_materialization', {'asset_key': 'raw/b'})",
            "the step has no asset 'raw/b': it has raw/a; did you mean 'raw/a'?",
            id="unknown-asset",
        ),
        pytest.param(
            "open_dagster_pipes()._write_message('report_asset_check', {'check_name': 'ok'})",
            "the script sent a report_asset_check message that makes no sense: it has no 'passed'",
            id="incomplete",
        ),
    ],
)
def test_scripts_that_fail_their_step(project, script, error):
    """
    A script fails its step by its exit code, or by reporting what the step doesn't have.
    """
    run = with_script(project, script).run()
    assert {"s": error} == project.errors(run)


def test_what_is_not_understood_is_a_warning(project):
    """
    Messages of a later protocol, and lines that are none, are mentioned; the rest is heard.
    """
    run = with_script(
        project,
        """
        pipes = open_dagster_pipes()
        pipes._write_message("report_weather", {"sun": True})
        with open(pipes._message_channel._path, "a") as messages:
            messages.write("not json\\n")
            messages.write("[]\\n\\n")
        pipes.report_asset_materialization(metadata={"n": 1})
        """,
    ).run()
    assert RunStatus.SUCCEEDED is run.status
    assert [{"n": 1}] == [dict(each.metadata) for each in project.store.materializations()]
    warnings = [each.message for each in project.reported if isinstance(each, LogLine) and each.level == "warning"]
    assert [
        "the script sent a message that isn't understood: report_weather {'sun': True}",
        "the script sent a message that isn't understood: unreadable {'line': 'not json'}",
        "the script sent a message that isn't understood: unreadable {'line': '[]'}",
        "no result was reported for raw/a:ok",
    ] == warnings


def test_many_and_large_messages(project):
    """
    More than a pipe can hold gets through, in order.
    """
    with_script(
        project,
        """
        with open_dagster_pipes() as pipes:
            for n in range(500):
                pipes.log.info(f"{n} " + "x" * 2000)
        """,
    ).run()
    numbers = [each.message.split()[0] for each in project.reported if isinstance(each, LogLine)]
    assert [str(n) for n in range(500)] == numbers[:500]


def test_a_killed_script(project):
    """
    A script that is killed in the middle of a message fails its step, and nothing waits for the rest.
    """
    run = with_script(
        project,
        """
        import signal

        path = open_dagster_pipes()._message_channel._path
        messages = os.open(path, os.O_WRONLY)
        os.write(messages, b'{"method": "log", "par')
        os.kill(os.getpid(), signal.SIGKILL)
        """,
    ).run()
    assert {"s": "the script exited with code -9"} == project.errors(run)


def test_keys_with_slashes_inside_a_part(project):
    """
    The protocol writes a slash inside a part with a backslash before it, and so do we.
    """
    from treadle.runner.pipes import escaped, split_escaped

    keys = [AssetKey(parts) for parts in [("a",), ("a", "b"), ("a/b", "c\\d"), ("\\", "/")]]
    assert keys == [split_escaped(escaped(key)) for key in keys]

    from dagster_pipes import to_asset_key_path

    assert [list(key.parts) for key in keys] == [to_asset_key_path(escaped(key)) for key in keys]


def test_nothing_is_left_in_the_temporary_folder(project, tmp_path, monkeypatch):
    """
    The files of the protocol are gone when the script has ended.
    """
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    with_script(project, "open_dagster_pipes()").run()
    assert [] == list(scratch.iterdir())
