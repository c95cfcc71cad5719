"""Steps on a real Ray."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from tests.unit.adapters.ray_cluster import cluster

pytestmark = pytest.mark.xdist_group("ray")  # one Ray for all of them takes 800 MB


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with cluster() as found:
        yield found


@pytest.fixture
def profile(address):
    """A profile of that Ray."""

    def make(**values):
        options = {"address": address, **values.pop("options", {})}
        return {"launcher": "ray", **values, "options": options}

    return make


def test_a_step_runs_in_a_worker(elsewhere, profile):
    """
    It finds the profile's variables, holds its resources, and reports as it would here.
    """
    lab = elsewhere(
        """
print("with", os.environ["CORPUS"], end=" ")
context.materialize(metadata={"rows": 3})
print("data")
""",
        profile(cpus=0.5, resources={"compute_a": 1}, environment={"CORPUS": "small"}),
    )
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    assert "with small data\n" in lab.output(ran)
    [step] = ran.json["steps"]
    assert "succeeded" == step["status"]


def test_what_is_loaded_for_a_step_on_ray_is_not_seen_by_one_here(elsewhere, profile):
    """
    The process that all steps are forked from loads Ray once; what that does to the environment stays with it.
    """
    lab = elsewhere("pass", profile())
    source = "from treadle import asset\n\n@asset()\ndef b():\n    import os, sys\n    print(os.environ, sys.path, 'ray' in sys.modules)\n"
    (lab.folder / "src" / "p" / "defs" / "b.py").write_text(source, encoding="utf-8")
    assert 0 == lab.run().code
    output = lab.treadle("runs", "logs", "latest", "b.py:b").out
    assert output.endswith(" True\n")
    assert "site-packages/ray" not in output
    assert "RAY_CLIENT_MODE" not in output


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param({"cpus": 64}, "no node has 64 CPUs: the largest has 2", id="cpus"),
        pytest.param({"gpus": 1}, "no node has 1 GPUs: none has any", id="gpus"),
        pytest.param({"resources": {"compute_b": 1}}, "no node has 'compute_b': did you mean 'compute_a'?", id="name"),
        pytest.param({"queue": "night"}, "no node has 'night': they have compute_a", id="queue"),
    ],
)
def test_what_no_node_has_is_told_at_once(elsewhere, profile, values, told):
    """
    A step that could wait for ever fails, with what the cluster has.
    """
    lab = elsewhere("pass", profile(**values))
    ran = lab.run()
    assert lab.why(ran).endswith(f"asks for what the Ray cluster hasn't: {told}")
    assert 3 == ran.code


def test_a_worker_that_dies_costs_a_submission_and_not_the_step(elsewhere, profile, alive):
    """
    Nothing of the first is left when the second runs, and the run tells of it.
    """
    lab = elsewhere(
        """
if first_time():
    import psutil
    worker = psutil.Process(os.getppid()).parent().parent()
    pipe = os.open(HERE / "alive", os.O_WRONLY)
    os.write(pipe, b".")
    worker.kill()
    signal.pause()
print("second time")
""",
        profile(),
    )
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    alive.wait_for_one()
    assert alive.are_all_gone()
    output = lab.output(ran)
    assert "the job was lost on Ray: " in output
    assert "it is submitted again (1 of at most 2 times)" in output
    assert output.endswith("second time\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["cancelled", "killed"])
def test_a_step_ends_with_its_run(elsewhere, profile, alive, number):
    """
    Whether the run is cancelled or its runner killed, nothing of the step goes on in the cluster.
    """
    lab = elsewhere("stay()", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        runner.send_signal(number)
        assert alive.are_all_gone()


def test_what_a_driver_left_behind_is_ended_by_the_next_attempt(elsewhere, profile, alive):
    """
    Ray ends the step of a driver that was killed; a new attempt at it waits for that.
    """
    lab = elsewhere("stay() if first_time() else print('second time')", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        lab.kill_what_it_started(runner)
    resumed = lab.treadle("runs", "resume", "latest")
    assert 0 == resumed.code, resumed.err
    assert alive.are_all_gone()


def test_a_cluster_that_is_not_there_is_told(elsewhere):
    """
    Nobody answers at that address, and the failure says so.
    """
    lab = elsewhere("pass", {"launcher": "ray", "options": {"address": "127.0.0.1:1"}})
    assert "no Ray answers at 127.0.0.1:1" in lab.why(lab.run())


def test_one_may_be_started_for_a_step(elsewhere, tmp_path):
    """
    Without any cluster, the address `local` tries the step out.
    """
    lab = elsewhere("print('hello')", {"launcher": "ray", "options": {"address": "local"}})
    ran = lab.run(env={"HOME": str(tmp_path), "RAY_AUTH_MODE": "token"})  # Ray keeps its token in the home
    assert ("", 0) == (lab.why(ran), ran.code)
    assert lab.output(ran).endswith("hello\n")
