"""What a compute profile gives to a step, and what happens to one that takes more."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from treadle.errors import ProjectError
from treadle.ir import ComputeProfile
from treadle.runner import create_run, plan
from treadle.runner.room import NoRoomError, Room, gpus_of
from treadle.store import RunStatus, StepEnded

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells which memory and cores are whose")

HOG = """
def fill(context):
    held = []
    while True:
        held.append(bytearray(os.urandom(4_000_000)))

def fill_elsewhere(context):
    import subprocess
    hog = "import os\\nheld = []\\nwhile True: held.append(bytearray(os.urandom(4_000_000)))"
    context.shell(sys.executable, "-c", hog)
"""


def offering(**values: object) -> str:
    """The line of `steps.py` that offers one profile."""
    said = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return f"platform = Platform(compute={{'small': ComputeProfile(name='small', {said})}})\n"


def ends(project) -> list[StepEnded]:
    return [each for each in project.events if isinstance(each, StepEnded)]


@only_linux
@pytest.mark.parametrize("how", ["fill", "fill_elsewhere"])
def test_a_step_that_takes_more_memory_than_its_profile_has_is_killed(project, how: str) -> None:
    """
    The memory of the step's process and of all that it started counts; the error names the profile.
    """
    project.write(
        offering(memory=150_000_000)
        + HOG
        + f"""definitions = Definitions(assets=(asset("a"),), steps=(step("a", {how}, compute="small"),))"""
    )
    run = project.run()

    assert RunStatus.FAILED is run.status
    [ended] = ends(project)
    assert re.fullmatch(r"used \d+ MB, more than the 150 MB of the compute profile 'small'", ended.error)
    assert ended.peak_memory is not None
    assert ended.peak_memory > 150_000_000


@only_linux
def test_what_processes_share_counts_once(project) -> None:
    """
    Forked processes that only read what their parent holds need no more memory than it alone.
    """
    run = project.write(
        offering(memory=400_000_000)
        + """
def share(context):
    import time
    held = bytearray(os.urandom(150_000_000))
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            time.sleep(0.5)
            sum(held[::4096])
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", share, compute="small"),))
"""
    ).run()
    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)


@only_linux
def test_a_file_that_is_mapped_into_memory_takes_none(project) -> None:
    """
    A step may look at a file that is larger than its memory: the kernel takes back what it read of it.
    """
    run = project.write(
        offering(memory=90_000_000)
        + """
def read(context):
    import mmap
    with open("large", "wb") as file:
        for _ in range(30):
            file.write(os.urandom(5_000_000))
    with open("large", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        sum(mapped[at] for at in range(0, len(mapped), 4096))
        time.sleep(0.3)
        sum(mapped[at] for at in range(0, len(mapped), 4096))

definitions = Definitions(assets=(asset("a"),), steps=(step("a", read, compute="small"),))
"""
    ).run()
    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)
    [ended] = ends(project)
    assert ended.peak_memory is not None
    assert 150_000_000 < ended.peak_memory


@only_linux
def test_a_step_stays_on_as_many_cores_as_its_profile_has(project) -> None:
    """
    A half core is one; all threads and processes of the step are on it, and libraries are told how many there are.
    """
    run = project.write(
        offering(cpus=0.5, environment={"HF_HOME": "/scratch", "MKL_NUM_THREADS": "7"})
        + """
def look(context):
    import subprocess, threading
    count = "import os; print(len(os.sched_getaffinity(0)))"
    child = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True).stdout
    found = []
    thread = threading.Thread(target=lambda: found.append(len(os.sched_getaffinity(0))))
    thread.start()
    thread.join()
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "HF_HOME")
    context.materialize(
        metadata={
            "cores": [len(os.sched_getaffinity(0)), *found, int(child)],
            "environment": [os.environ.get(name) for name in names],
        }
    )

definitions = Definitions(assets=(asset("a"),), steps=(step("a", look, compute="small"),))
"""
    ).run()
    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)
    [made] = project.store.materializations(run_id=run.id)
    assert {"cores": [1, 1, 1], "environment": ["1", "7", "/scratch"]} == dict(made.metadata)


@pytest.mark.parametrize(
    ("timeout", "error"),
    [
        pytest.param(None, "took longer than the 0.3 s of the compute profile 'small'", id="the-profile's"),
        pytest.param(60.0, "took longer than the 0.3 s of the compute profile 'small'", id="the-step's-is-longer"),
        pytest.param(0.2, "took longer than its timeout of 0.2 s", id="the-step's-is-shorter"),
    ],
)
def test_a_step_may_take_as_long_as_its_profile_says(project, timeout: float | None, error: str) -> None:
    """
    The shorter of the profile's time and the step's own timeout holds.
    """
    project.write(
        offering(max_duration=0.3)
        + f"""
def wait(context):
    time.sleep(60)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", wait, compute="small", timeout={timeout}),))
"""
    ).run()
    assert [error] == [each.error for each in ends(project)]


def test_a_profile_with_more_gpus_than_there_are_is_refused(project) -> None:
    """
    A step that asks for a GPU fails at once where there is none, and isn't tried again.
    """
    if gpus_of(Path("/")):
        pytest.skip("this machine has a GPU")
    project.write(
        offering(gpus=1)
        + """definitions = Definitions(assets=(asset("a"),), steps=(step("a", compute="small", retries=3),))"""
    ).run()
    refused = "the compute profile 'small' asks for 1 GPU, and this machine has none"
    assert [(1, refused)] == [(each.attempt, each.error) for each in ends(project)]


NVIDIA_SMI = """#!/bin/sh
cd "$(dirname "$0")"
echo "$@" >> asked
echo $$ >> pids
printf '1000\\n500\\n'
"""
ASKED_TWICE = """
def train(context):
    pids = Path(os.environ["PATH"].split(":")[0], "pids")
    while not pids.exists() or len(pids.read_text().split()) < 2:
        time.sleep(0.01)
    last = Path("/proc", pids.read_text().split()[-1], "stat")
    while last.exists() and ") Z " not in last.read_text():
        time.sleep(0.01)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", train, compute="small"),))
"""


@only_linux
def test_the_memory_of_gpus_is_looked_at(project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What the driver's own program says of the GPUs that a step was given is added up, and the most of it recorded.

    There is no GPU here: a script stands in for that program.
    """
    stand_in = tmp_path / "nvidia-smi"
    stand_in.write_text(NVIDIA_SMI, encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    run = project.write(offering(environment={"CUDA_VISIBLE_DEVICES": "0,3"}) + ASKED_TWICE).run()
    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)
    [attempt] = project.store.attempts(run.id)
    assert 1500 << 20 == attempt.peak_gpu_memory
    asked = "--query-gpu=memory.used --format=csv,noheader,nounits --id=0,3"
    assert {asked} == set((tmp_path / "asked").read_text(encoding="utf-8").splitlines())


def test_steps_of_one_run_get_different_gpus(tmp_path: Path) -> None:
    """
    GPUs are counted by their devices, and each step sees its own.
    """
    for name in ("nvidia0", "nvidia1", "nvidiactl", "nvidia-uvm"):
        (tmp_path / "dev" / name).mkdir(parents=True)
    assert 2 == gpus_of(tmp_path)

    room = Room(cores=(), gpus=2)
    one, two = (room.take(ComputeProfile(name="gpu", gpus=1)) for _ in range(2))
    assert ["0", "1"] == [each.environment["CUDA_VISIBLE_DEVICES"] for each in (one, two)]
    room.leave(one)
    assert (0,) == room.take(ComputeProfile(name="gpu", gpus=0.5)).gpus
    with pytest.raises(NoRoomError, match="asks for 3 GPUs, and this machine has 2"):
        room.take(ComputeProfile(name="huge", gpus=3))


@only_linux
def test_what_a_step_used_is_recorded(project) -> None:
    """
    Each attempt has its peak memory and its processor time, also without a profile, with those of what it started.
    """
    run = project.write(
        """
def work(context):
    import subprocess
    burn = "import time\\nheld = b'x' * 200_000_000\\nwhile time.process_time() < 0.4: pass"
    subprocess.run([sys.executable, "-c", burn], check=True)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", work),))
"""
    ).run()
    [attempt] = project.store.attempts(run.id)
    [ended] = ends(project)
    assert (ended.peak_memory, ended.cpu_seconds) == (attempt.peak_memory, attempt.cpu_seconds)
    assert ended.peak_memory is not None
    assert 200_000_000 < ended.peak_memory < 600_000_000
    assert ended.cpu_seconds is not None
    assert 0.4 <= ended.cpu_seconds < 30


@only_linux
def test_what_left_its_step_counts_as_well(project) -> None:
    """
    A process that a step leaves behind is ended with it, and what it used is the step's.
    """
    run = project.write(
        """
def leave(context):
    started, tells = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while time.process_time() < 0.4: pass
            os.write(tells, b".")
            time.sleep(60)
        os._exit(0)
    os.wait()
    os.read(started, 1)

definitions = Definitions(assets=(asset("a"),), steps=(step("a", leave),))
"""
    ).run()
    assert ("", RunStatus.SUCCEEDED) == (run.error, run.status)
    [ended] = ends(project)
    assert ended.cpu_seconds is not None
    assert 0.4 <= ended.cpu_seconds


@pytest.mark.parametrize(
    ("values", "message"),
    [
        pytest.param({"compute": "smal"}, "there is no compute profile 'smal'", id="no-such-profile"),
        pytest.param({"credentials": ["key"]}, "there is no credential 'key'", id="no-such-credential"),
        pytest.param({"compute": "small"}, "the step 'a' may not use the compute profile 'small'", id="not-allowed"),
    ],
)
def test_what_a_step_may_not_use_is_refused_by_the_plan(project, values: dict[str, object], message: str) -> None:
    """
    A plan with a step that names what doesn't exist, or isn't for it, can't be made.
    """
    project.write(
        offering(allowed="group:research")
        + f"""definitions = Definitions(assets=(asset("a"),), steps=(step("a", **{values!r}),))"""
    )
    with pytest.raises(ProjectError) as refused:
        project.run()
    assert [message] == [each.message for each in refused.value.diagnostics]


def test_a_step_refuses_by_itself_what_it_may_not_use(project) -> None:
    """
    What isn't allowed any more when a planned step starts is refused in its own process, and not tried again.
    """
    definitions = """definitions = Definitions(
    assets=(asset("a"),), steps=(step("a", lambda context: print("ran"), compute="small", retries=2),)
)"""
    project.write(offering(allowed="*") + definitions)
    planned = plan(project.graph)
    queued = create_run(project.store, planned, project=project.folder)
    project.write(offering(allowed="group:research") + definitions)

    project.go_on(queued, planned, listen=project.events.append)

    [ended] = ends(project)
    assert (1, 3) == (ended.attempt, ended.exit_code)
    assert ended.error == (
        "the step 'a' may not use the compute profile 'small': it is for group:research; asset 'a' is not among that; "
        "it may use no compute profile; ask those who look after them"
    )
    assert "ran" not in Path(project.store.steps(queued.id)[0].output).read_text(encoding="utf-8")


def test_cores_are_shared_out_evenly() -> None:
    """
    A step gets the cores that the fewest others are on, and never more than there are.
    """
    room = Room(cores=range(4), gpus=0)
    first, second = (room.take(ComputeProfile(name="half", cpus=2)) for _ in range(2))
    assert {0, 1, 2, 3} == {*first.cores, *second.cores}
    room.leave(first)
    assert set(first.cores) == set(room.take(ComputeProfile(name="half", cpus=2)).cores)
    assert 4 == len(room.take(ComputeProfile(name="huge", cpus=64)).cores)
    assert "4" == room.take(ComputeProfile(name="huge", cpus=64)).environment["OMP_NUM_THREADS"]
