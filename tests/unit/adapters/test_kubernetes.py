"""Steps as Kubernetes Jobs: the manifest by Kubernetes' own schema, and the rest by a stand-in for its API."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import kubernetes_validate
import pytest

from tests.unit.adapters.kubernetes_api import cluster
from treadle.adapters.kubernetes import manifest
from treadle.ir import AssetKey, ComputeProfile, StepFailed
from treadle.ir.launchers import KubernetesOptions
from treadle.runner import StepRequest
from treadle.runner.far.contract import Job
from treadle.runner.far.options import read_options

REQUEST = StepRequest(
    project=Path("/shop"), component="looms[1]", step="build", assets=(AssetKey(("a",)),), run_id="r1", attempt=2
)


def made(options=None, **values):
    profile = ComputeProfile(name="big", launcher="kubernetes", options=options or {}, **{"image": "lab:1", **values})
    job = Job(request=REQUEST, profile=profile, mark="7f" * 16)
    return manifest(job, read_options(KubernetesOptions, profile), name="treadle-1")


WHOLE = {
    "cpus": 1.5,
    "memory": 2_000_000_000,
    "gpus": 2,
    "resources": {"example.com/tpu": 4},
    "environment": {"CORPUS": "two words"},
    "queue": "night",
    "max_duration": 90.5,
    "options": {
        "namespace": "research",
        "image_pull_policy": "IfNotPresent",
        "pod": {
            "serviceAccountName": "steps",
            "nodeSelector": {"pool": "gpu"},
            "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}],
        },
    },
}


@pytest.mark.parametrize("version", ["1.29", "1.31", "1.33"])
@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="least"),
        pytest.param(WHOLE, id="whole"),
        pytest.param({"queue": "urgent", "options": {"queue_is": "priority"}}, id="priority"),
    ],
)
def test_a_manifest_is_what_kubernetes_takes(values, version):
    """
    It fits the schemas that Kubernetes publishes, in which no field is left over.
    """
    kubernetes_validate.validate(made(**values), version, strict=True)


@pytest.mark.parametrize(
    "wrong", [{"activeDeadlineSeconds": "1h"}, {"node_selector": {"pool": "gpu"}}], ids=["value", "name"]
)
def test_what_kubernetes_would_not_take_does_not_fit(wrong):
    """
    The schemas refuse a pod's specification that isn't one, so that they tell something when they don't.
    """
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(made(options={"pod": wrong}), "1.33", strict=True)


def test_a_manifest_has_what_the_profile_asks_for():
    """
    Resources are both asked for and not exceeded; the pod ends in time, and is tried once.
    """
    job = made(**WHOLE)
    pod = job["spec"]["template"]["spec"]
    [container] = pod["containers"]
    asked = {"cpu": "1500m", "memory": "2000000000", "nvidia.com/gpu": "2", "example.com/tpu": "4"}
    assert {"requests": asked, "limits": asked} == container["resources"]
    assert ("lab:1", ["python3", "-P", "-m", "treadle", "step", "run", "-"]) == (
        container["image"],
        container["command"],
    )
    assert {"CORPUS": "two words", "TREADLE_STEP_MARK": "7f" * 16} == {
        each["name"]: each["value"]
        for each in container["env"]
        if each["name"] not in ("TREADLE_STEP_REQUEST", "PYTHONUNBUFFERED")
    }
    [request] = [each["value"] for each in container["env"] if each["name"] == "TREADLE_STEP_REQUEST"]
    assert REQUEST == StepRequest.from_text(request, "")
    assert ("Never", 91, "steps") == (pod["restartPolicy"], pod["activeDeadlineSeconds"], pod["serviceAccountName"])
    assert (0, 3600) == (job["spec"]["backoffLimit"], job["spec"]["ttlSecondsAfterFinished"])
    assert {
        "app.kubernetes.io/managed-by": "treadle",
        "treadle/run": "r1",
        "treadle/step": "looms-1-build-90cdf75b",
        "treadle/attempt": "2",
        "kueue.x-k8s.io/queue-name": "night",
    } == job["metadata"]["labels"]
    assert "looms[1]:build" == job["metadata"]["annotations"]["treadle/step"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param({"image": None}, "needs an image", id="image"),
        pytest.param({"gpus": 0.5}, "asks for 0.5 of 'nvidia.com/gpu', and Kubernetes gives only whole ones", id="gpu"),
        pytest.param({"options": {"ttl": "soon"}}, "has 'soon' as its option 'ttl': input should be a", id="option"),
        pytest.param({"options": {"name_space": "x"}}, "did you mean 'namespace'?", id="name"),
    ],
)
def test_a_profile_that_makes_no_job_is_told(values, told):
    """
    The failure names the profile and what is wrong with it, and isn't tried again.
    """
    with pytest.raises(StepFailed) as failed:
        made(**values)
    assert told in str(failed.value)
    assert "the compute profile 'big' " in str(failed.value)
    assert not failed.value.may_retry


@pytest.fixture
def server(tmp_path):
    with cluster(tmp_path) as found:
        yield found


@pytest.fixture
def profile(server):
    def make(**values):
        options = {"kubeconfig": str(server.folder / "kubeconfig"), **values.pop("options", {})}
        return {"launcher": "kubernetes", "image": "lab:1", **values, "options": options}

    return make


def test_a_step_runs_in_a_pod(elsewhere, profile, server):
    """
    Why it waits is told, and what it prints and reports arrives as it would from here.
    """
    lab = elsewhere(
        "print('with', os.environ['CORPUS'], end=' ')\ncontext.materialize(metadata={'rows': 3})\nprint('data')",
        profile(environment={"CORPUS": "small"}),
    )
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    [name] = server.jobs
    assert [
        f"runs on Kubernetes as {name}",
        "waiting on Kubernetes: 0/3 nodes are available",
        "with small data",
    ] == lab.output(ran).splitlines()
    assert {"/apis/batch/v1/namespaces/research/jobs"} == {
        each.split()[1] for each in server.asked if each.startswith("POST")
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param(
            {"image": "missing:1", "options": {"image_patience": 0}},
            'its image couldn\'t be pulled: ImagePullBackOff: Back-off pulling image "missing:1"',
            id="image",
        ),
        pytest.param(
            {"image": "BAD NAME"},
            "couldn't be started: InvalidImageName: couldn't parse image name \"BAD NAME\"",
            id="image-name",
        ),
        pytest.param(
            {"image": "hungry:1", "memory": 1_000_000},
            "was killed: it used more memory than the 1,000,000 bytes that its compute profile 'far' allows",
            id="memory",
        ),
        pytest.param(
            {"queue": "nobody", "options": {"queue_is": "priority"}},
            "Kubernetes refused the step: no PriorityClass with name nobody was found",
            id="refused",
        ),
    ],
)
def test_what_kubernetes_says_of_a_failure_is_told(elsewhere, profile, values, told):
    """
    A pod that can't start or was ended fails the step with the reason.
    """
    lab = elsewhere("print('here', flush=True)\nsignal.pause()", profile(**values))
    ran = lab.run()
    assert (told, 3) == (lab.why(ran).partition("; its last words")[0], ran.code)


def test_a_pod_that_is_evicted_is_followed_by_another(elsewhere, profile):
    """
    The cluster took its place away, which is no fault of the step.
    """
    body = "first = first_time()\nprint('here', flush=True)\nif first:\n    signal.pause()\nprint('second time')"
    lab = elsewhere(body, profile(image="evicted:1"))
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    output = lab.output(ran)
    assert "the job was lost on Kubernetes: EvictionByEvictionAPI: drained; it is submitted again" in output
    assert output.endswith("second time\n")


def test_an_api_that_does_not_answer_is_asked_again(elsewhere, profile, server):
    """
    A leader that is being elected, a network that is down: the step goes on.
    """
    server.deaf = 3
    lab = elsewhere("print('hello')", profile())
    ran = lab.run()
    assert ("", 0) == (lab.why(ran), ran.code)
    assert "Kubernetes doesn't answer, for 300 s it is asked again: etcd has no leader" in lab.output(ran)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["cancelled", "killed"])
def test_a_step_ends_with_its_run(elsewhere, profile, server, alive, number):
    """
    Whether the run is cancelled or its runner killed, the Job is deleted, and its pod ends.
    """
    lab = elsewhere("stay()", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        runner.send_signal(number)
        assert alive.are_all_gone()
    assert {} == server.jobs


def test_what_a_driver_left_behind_is_ended_by_the_next_attempt(elsewhere, profile, server, alive):
    """
    A driver that was killed can't delete its Job; a new attempt at the same step finds it by its labels.
    """
    lab = elsewhere("stay() if first_time() else print('second time')", profile())
    with lab.running() as runner:
        alive.wait_for_one()
        lab.kill_what_it_started(runner)
    [left] = server.jobs
    resumed = lab.treadle("runs", "resume", "latest")
    assert 0 == resumed.code, resumed.err
    assert alive.are_all_gone()
    assert left not in server.jobs


def test_no_cluster_is_told(elsewhere, tmp_path):
    """
    A file that isn't there leads to no cluster.
    """
    options = {"kubeconfig": str(tmp_path / "nowhere")}
    lab = elsewhere("pass", {"launcher": "kubernetes", "image": "lab:1", "options": options})
    assert "leads to no Kubernetes cluster" in lab.why(lab.run())


def test_a_request_that_fits_into_no_pod_is_told():
    """
    The kernel takes no variable of that size, so it isn't even tried.
    """
    request = StepRequest(project=Path("/shop"), step="build", config={"text": "x" * 200_000})
    profile = ComputeProfile(name="big", launcher="kubernetes", image="lab:1")
    with pytest.raises(StepFailed, match="more than the 100,000 that fit into a pod"):
        manifest(Job(request=request, profile=profile, mark="7f"), KubernetesOptions(), name="treadle-1")
    assert json.loads(request.to_text())["config"]
