"""Steps on a real Slurm, which the tests start themselves where Debian's packages are installed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tests.unit.adapters.slurm_cluster import Slurm, cluster, why_not

pytestmark = [
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(why_not()), reason=f"no Slurm: {why_not()}"),
]


@pytest.fixture(scope="session")
def slurm() -> Iterator[Slurm]:
    with cluster() as found:
        yield found


@pytest.fixture(autouse=True)
def environment(slurm, monkeypatch):
    """Slurm's commands are found, and find the one of the tests."""
    for name, value in slurm.environment.items():
        monkeypatch.setenv(name, value)


def profile(**values):
    return {"launcher": "slurm", **values}


def test_a_step_runs_as_a_batch_job(elsewhere, monkeypatch):
    """
    It finds the profile's variables and nothing of the runner's own, and reports as it would here.
    """
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    lab = elsewhere(
        """
print("with", os.environ["CORPUS"], os.environ.get("DATABASE_PASSWORD"), end=" ")
context.materialize(metadata={"rows": 3})
print("data on", os.environ["SLURM_CPUS_PER_TASK"], "cpus,", os.environ["SLURM_JOB_PARTITION"])
""",
        profile(cpus=1.5, memory="100MB", queue="night", max_duration="10m", environment={"CORPUS": "small"}),
    )
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    assert lab.output(ran).endswith("with small None data on 2 cpus, night\n")
    assert [] == list((lab.folder / ".treadle" / "slurm").iterdir())


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param(
            {"queue": "nowhere"},
            "Slurm refused the step: invalid partition specified: nowhere; Invalid partition name specified",
            id="queue",
        ),
        pytest.param(
            {"options": {"constraint": "huge"}}, "Slurm refused the step: Invalid feature specification", id="feature"
        ),
        pytest.param(
            {"resources": {"tpu": 1}},
            "Slurm refused the step: Invalid generic resource (gres) specification",
            id="resource",
        ),
        pytest.param(
            {"memory": "1TB"},
            "Slurm refused the step: Memory specification can not be satisfied; "
            "Requested node configuration is not available",
            id="memory",
        ),
        pytest.param(
            {"max_duration": "2h"},
            "would wait in Slurm for ever: it asks for more time than the partition gives (PartitionTimeLimit)",
            id="time",
        ),
    ],
)
def test_what_slurm_refuses_is_told_in_its_words(elsewhere, values, told):
    """
    A job that would never run fails its step at once.
    """
    lab = elsewhere("pass", profile(**values))
    ran = lab.run()
    assert (told, 3) == (lab.why(ran), ran.code)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param("os._exit(7)", "exited with code 7; its last words: so far so good", id="exits"),
        pytest.param(
            "os.kill(os.getpid(), signal.SIGKILL)",
            "was killed (SIGKILL): when nobody did that, the machine ran out of memory; its last words: so far so good",
            id="killed",
        ),
    ],
)
def test_how_a_job_ended_needs_no_accounting(elsewhere, body, told):
    """
    The exit code is in a file of its own, and Slurm may forget the job.
    """
    lab = elsewhere(f"print('so far so good')\n{body}", profile())
    assert told == lab.why(lab.run())


def test_why_a_job_waits_is_told(elsewhere, slurm):
    """
    Slurm's reason is in the run's log while another job has the place.
    """
    other = slurm.ask("sbatch", "--parsable", "--cpus-per-task=2", "--output=/dev/null", "--wrap=sleep 1000").strip()
    slurm.wait_until(lambda: "RUNNING" in slurm.ask("squeue", "-h", "-j", other, "-o", "%T"), "another job")
    lab = elsewhere("print('hello')", profile(cpus=2))
    with lab.running() as runner:
        slurm.wait_until(lambda: "Resources" in lab.treadle("runs", "logs", "latest").out, "told why it waits")
        slurm.ask("scancel", other)
        assert 0 == runner.wait()


def test_a_job_that_somebody_cancels_fails_its_step(elsewhere, slurm, alive):
    """
    It is told that it was cancelled over there.
    """
    lab = elsewhere("stay()", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        slurm.ask("scancel", "--user=root")
        assert 3 == runner.wait()
        assert alive.are_all_gone()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["cancelled", "killed"])
def test_a_job_ends_with_its_run(elsewhere, alive, number):
    """
    Whether the run is cancelled or its runner killed, nothing of the step goes on in the cluster.
    """
    lab = elsewhere("stay()", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        runner.send_signal(number)
        assert alive.are_all_gone()


def test_what_a_driver_left_behind_is_ended_by_the_next_attempt(elsewhere, alive):
    """
    A driver that was killed can't cancel its job; a new attempt at the same step finds it by its name.
    """
    lab = elsewhere("stay() if first_time() else print('second time')", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        lab.kill_what_it_started(runner)
    resumed = lab.treadle("runs", "resume", "latest")
    assert 0 == resumed.code, resumed.err
    assert alive.are_all_gone()


def test_a_node_that_says_nothing_has_lost_the_job(elsewhere):
    """
    Slurm may take minutes to notice that a node hangs; the job's own sign of life tells earlier.
    """
    lab = elsewhere(
        """
if first_time():
    os.kill(os.getppid(), signal.SIGSTOP)
    signal.pause()
print("second time")
""",
        profile(options={"heartbeat": 8}),
    )
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    output = lab.output(ran)
    assert "showed no sign of life for" in output
    assert output.endswith("second time\n")


def test_a_controller_that_is_down_for_a_while_is_waited_for(elsewhere, slurm, alive):
    """
    The step goes on meanwhile; the run tells of the silence, and hears of the end afterwards.
    """
    os.mkfifo(alive.file.parent / "go")
    lab = elsewhere(
        """
pipe = os.open(HERE / "alive", os.O_WRONLY)
os.write(pipe, b".")
(HERE / "go").read_text()
print("done")
""",
        profile(),
    )
    with lab.running() as runner:
        alive.wait_for_one()
        controller = next(each for each in slurm.processes if "slurmctld" in each.args)
        controller.terminate()
        controller.wait()
        slurm.wait_until(lambda: "doesn't answer" in lab.treadle("runs", "logs", "latest").out, "told the silence")
        slurm.start("slurmctld", "-D")
        slurm.wait_until(lambda: "answers again" in lab.treadle("runs", "logs", "latest").out, "told the answer")
        (alive.file.parent / "go").write_text("go", encoding="utf-8")
        assert 0 == runner.wait()
