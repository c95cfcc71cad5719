from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject
from tests.unit.observers.collector import Collector, collecting
from tests.unit.observers.receivers import make_certificate
from treadle.observers.telemetry.identity import Trace, parent_in, trace_of

MILL = """
import os, sys
from pathlib import Path
from treadle import RetryPolicy, StepFailed, asset, check


@asset
def wool(context):
    context.log("shorn")
    context.log("a bit wet", level="warning")
    Path("wool.txt").write_text(os.environ.get("TRACEPARENT", "none"))
    context.shell("sh", "-c", "printenv TRACEPARENT > shell.txt")
    with context.phase("carding", rounds=3) as traceparent:
        Path("phase.txt").write_text(traceparent)
        context.shell("sh", "-c", "printenv TRACEPARENT > in_phase.txt")
        with context.phase("first round"):
            pass
    context.materialize(metadata={"bales": 3})


@asset(deps=[wool])
def yarn(): ...


@check(asset=yarn)
def is_strong():
    return True


@asset(deps=[yarn])
def cloth():
    raise StepFailed("the loom is broken")


@asset(deps=[cloth])
def shirt(): ...
"""


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Collector]:
    with collecting(tmp_path) as found:
        yield found


def mill(make_project: MakeProject, *, settings: str = "", code: str = MILL) -> CommandLine:
    return make_project({"/pyproject.toml": f'[tool.treadle]\nmodule = "p"\n{settings}', "mill.py": code})


def only_run(treadle: CommandLine) -> str:
    [run] = treadle("runs", "list", "--json").json
    return str(run["id"])


def test_a_run_is_a_trace_of_its_steps_and_their_attempts(make_project: MakeProject, collector: Collector) -> None:
    """
    A run is one trace: a span for it, below that one for each step, and below that one for each attempt.
    """
    treadle = mill(make_project)
    answer = treadle("run", env=collector.environment)
    assert (3, "") == (answer.code, answer.err)
    run = collector.span("run")
    assert "" == run["parent"]
    steps = {each["id"]: each for each in collector.spans if each["parent"] == run["id"]}
    assert {"wool", "yarn", "cloth", "shirt"} == {
        each["attributes"]["treadle.assets"][0] for each in steps.values() if "treadle.assets" in each["attributes"]
    }
    attempts = {each["parent"] for each in collector.spans if each["name"] == "attempt 1"}
    assert attempts == {id for id, each in steps.items() if each["attributes"].get("treadle.assets") != ["shirt"]}
    assert {run["trace"]} == {each["trace"] for each in collector.spans}
    assert {"p"} == {each["resource"]["service.name"] for each in collector.spans}


def test_spans_say_what_they_are_about_and_how_it_ended(make_project: MakeProject, collector: Collector) -> None:
    """
    Spans have the assets, the component and the outcome; a failed step's has the error, and so has the run's.
    """
    treadle = mill(make_project)
    treadle("run", env=collector.environment)
    run = collector.span("run")
    assert "failed" == run["attributes"]["treadle.status"]
    assert only_run(treadle) == run["attributes"]["treadle.run.id"]
    assert 2 == run["status"]
    [cloth] = [
        each
        for each in collector.spans
        if each["attributes"].get("treadle.assets") == ["cloth"] and each["parent"] == run["id"]
    ]
    assert (2, "the loom is broken") == (cloth["status"], cloth["message"])
    [shirt] = [each for each in collector.spans if each["attributes"].get("treadle.assets") == ["shirt"]]
    assert "skipped" == shirt["attributes"]["treadle.status"]
    [wool] = [
        each
        for each in collector.spans
        if each["attributes"].get("treadle.assets") == ["wool"] and each["name"] == "attempt 1"
    ]
    assert 0 == wool["status"]
    [event] = wool["events"]
    assert ("materialized", "wool") == (event["name"], event["treadle.asset"])
    assert wool["start"] < wool["end"]


def test_what_a_step_starts_belongs_to_its_span(make_project: MakeProject, collector: Collector) -> None:
    """
    A step's process, and what it starts, find the span of their attempt, or of their phase, in TRACEPARENT.
    """
    treadle = mill(make_project)
    treadle("run", "wool", env=collector.environment)
    attempt, phase = collector.span("attempt 1"), collector.span("carding")
    for file, span in (("wool", attempt), ("shell", attempt), ("phase", phase), ("in_phase", phase)):
        said = (treadle.folder / f"{file}.txt").read_text(encoding="utf-8").strip()
        assert f"00-{span['trace']}-{span['id']}-01" == said, file
    assert attempt["id"] == phase["parent"]
    assert 3 == phase["attributes"]["rounds"]
    assert phase["id"] == collector.span("first round")["parent"]


def test_whoever_asks_for_a_run_is_the_parent_of_its_span(make_project: MakeProject, collector: Collector) -> None:
    """
    A TRACEPARENT that `treadle run` finds is what its run continues.
    """
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    given = {"TRACEPARENT": f"00-{trace}-{parent}-01"}
    mill(make_project)("run", "wool", env={**collector.environment, **given})
    run = collector.span("run")
    assert (trace, parent) == (run["trace"], run["parent"])
    assert {trace} == {each["trace"] for each in collector.spans}


def test_a_trace_that_is_not_sampled_is_not_sent(make_project: MakeProject, collector: Collector) -> None:
    """
    What the caller, or the sampler, doesn't sample isn't sent, and the steps are told so; metrics are sent all the same.
    """
    given = {"TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}
    treadle = mill(make_project)
    treadle("run", "wool", env={**collector.environment, **given})
    assert [] == collector.spans
    assert (treadle.folder / "wool.txt").read_text(encoding="utf-8").endswith("-00")
    assert collector.metrics()["treadle.runs"]


def test_metrics_tell_outcomes_and_times(make_project: MakeProject, collector: Collector) -> None:
    """
    Runs and steps are counted by outcome; how long they took and waited is measured.
    """
    mill(make_project)("run", env=collector.environment)
    metrics = collector.metrics()
    counted = {each["attributes"]["treadle.status"]: 0 for each in metrics["treadle.steps"]}
    for each in metrics["treadle.steps"]:
        counted[each["attributes"]["treadle.status"]] += each["count"]
    assert {"succeeded": 3, "failed": 1, "skipped": 1} == counted
    assert [1] == [each["count"] for each in metrics["treadle.runs"]]
    assert 4 == sum(each["count"] for each in metrics["treadle.step.duration"])
    assert all(0 < each["sum"] < 60 for each in metrics["treadle.step.duration"])
    assert 4 == sum(each["count"] for each in metrics["treadle.step.queue_time"])
    assert [1] == [each["count"] for each in metrics["treadle.run.queue_time"]]
    for each in metrics["treadle.step.duration"]:
        assert each["count"] == sum(each["buckets"])
        assert len(each["buckets"]) == len(each["bounds"]) + 1
        least, most = each["extremes"]
        assert least <= each["sum"] / each["count"] <= most
        place = sum(bound < most for bound in each["bounds"])
        assert each["buckets"][place]
        assert not any(each["buckets"][place + 1 :])
    run = collector.span("run")
    for each in collector.received("metric"):
        assert abs(each["start"] - run["start"]) < 5 * 10**9
        assert each["start"] <= each["end"]


@pytest.mark.parametrize(
    ("preference", "temporality"), [pytest.param("", 2, id="cumulative"), pytest.param("delta", 1, id="delta")]
)
def test_metrics_are_of_the_temporality_that_is_preferred(
    preference: str, temporality: int, make_project: MakeProject, collector: Collector
) -> None:
    """
    They are cumulative, or deltas where the standard variable says that.
    """
    given = {"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": preference}
    mill(make_project)("run", "wool", env={**collector.environment, **given})
    assert {temporality} == {each["temporality"] for each in collector.received("metric")}


def test_log_lines_name_their_span(make_project: MakeProject, collector: Collector) -> None:
    """
    What steps say, and why they failed, are log records of the span of their attempt.
    """
    mill(make_project)("run", env=collector.environment)
    logs = {each["body"]: each for each in collector.received("log")}
    assert {"shorn": "INFO", "a bit wet": "WARNING", "the loom is broken": "ERROR"} == {
        body: each["severity"] for body, each in logs.items()
    }
    spans = {each["id"]: each for each in collector.spans}
    for each in logs.values():
        assert each["trace"] == spans[each["span"]]["trace"]
        assert each["attributes"]["treadle.step"] == spans[each["span"]]["attributes"]["treadle.step"]


OWN = """
from opentelemetry import trace
from treadle import asset


@asset
def wool():
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    with trace.get_tracer("mine").start_as_current_span("my own"):
        pass
"""


def test_spans_that_a_step_makes_itself_are_in_the_trace(make_project: MakeProject, collector: Collector) -> None:
    """
    A step that uses OpenTelemetry itself continues the span of its attempt, and what it made is sent before it ends.
    """
    assert 0 == mill(make_project, code=OWN)("run", env=collector.environment).code
    assert collector.span("attempt 1")["id"] == collector.span("my own")["parent"]


RETRIED = """
from pathlib import Path
from treadle import asset


@asset(retries=1)
def wool():
    if not Path("tried").exists():
        Path("tried").touch()
        raise RuntimeError("no sheep")
"""


def test_each_attempt_has_a_span(make_project: MakeProject, collector: Collector) -> None:
    """
    A step that is tried again has one span, which is good, with two below it, of which the first failed.
    """
    treadle = mill(make_project, code=RETRIED)
    assert 0 == treadle("run", env=collector.environment).code
    first, second = collector.span("attempt 1"), collector.span("attempt 2")
    assert first["parent"] == second["parent"]
    assert (2, 0) == (first["status"], second["status"])
    assert "no sheep" in first["message"]
    [step] = [each for each in collector.spans if each["id"] == first["parent"]]
    assert (0, 2) == (step["status"], step["attributes"]["treadle.attempts"])
    assert step["start"] <= first["start"]
    assert second["end"] <= step["end"]


KILLED = """
import time
from pathlib import Path
from treadle import asset


@asset
def wool(): ...


@asset(deps=[wool])
def yarn():
    if not Path("go").exists():
        Path("spinning").touch()
        time.sleep(60)
"""


def test_a_run_that_goes_on_goes_on_with_its_trace(make_project: MakeProject, collector: Collector) -> None:
    """
    When a runner is killed, who goes on with the run continues the trace: one span of the run, from its first start.
    """
    treadle = mill(make_project, code=KILLED)
    environment = {**os.environ, **collector.environment}
    runner = subprocess.Popen(
        [sys.executable, "-m", "treadle", "run"], cwd=treadle.folder, env=environment, stdout=subprocess.DEVNULL
    )
    waited(lambda: (treadle.folder / "spinning").exists())
    waited(lambda: any(each["attributes"].get("treadle.assets") == ["wool"] for each in collector.spans))
    before = collector.spans
    runner.send_signal(signal.SIGKILL)
    runner.wait()
    (treadle.folder / "go").touch()
    assert 0 == treadle("runs", "resume", "latest", env=collector.environment).code
    run = collector.span("run")
    assert {run["trace"]} == {each["trace"] for each in collector.spans}
    assert run["start"] <= min(each["start"] for each in before)
    [step] = [
        each
        for each in collector.spans
        if each["attributes"].get("treadle.assets") == ["yarn"] and each["parent"] == run["id"]
    ]
    attempts = [each for each in collector.spans if each["parent"] == step["id"]]
    assert [("attempt 1", 2), ("attempt 2", 0)] == [(each["name"], each["status"]) for each in attempts]
    assert "interrupted" == attempts[0]["attributes"]["treadle.status"]
    assert all(each["parent"] in {run["id"], ""} | {other["id"] for other in collector.spans} for each in before)


def test_a_run_that_was_cancelled_and_goes_on_has_two_spans(make_project: MakeProject, collector: Collector) -> None:
    """
    A run that was over and is taken up again is another span in the same trace, with the steps that it makes then.
    """
    treadle = mill(make_project, code=KILLED)
    environment = {**os.environ, **collector.environment}
    runner = subprocess.Popen(
        [sys.executable, "-m", "treadle", "run"], cwd=treadle.folder, env=environment, stdout=subprocess.DEVNULL
    )
    waited(lambda: (treadle.folder / "spinning").exists())
    runner.send_signal(signal.SIGINT)
    assert 3 == runner.wait()
    (treadle.folder / "go").touch()
    assert 0 == treadle("runs", "resume", "latest", env=collector.environment).code
    cancelled, succeeded = [each for each in collector.spans if each["name"] == "run"]
    assert cancelled["trace"] == succeeded["trace"]
    assert ("cancelled", "succeeded") == tuple(each["attributes"]["treadle.status"] for each in (cancelled, succeeded))
    assert cancelled["end"] <= succeeded["start"]
    assert [["yarn"]] == [
        each["attributes"]["treadle.assets"] for each in collector.spans if each["parent"] == succeeded["id"]
    ]
    assert len(collector.spans) == len({each["id"] for each in collector.spans})


FORKED = """
import sys
from pathlib import Path
from treadle import asset


@asset
def wool():
    Path("arguments.txt").write_text(" ".join(sys.argv))
"""


def test_steps_are_forked_as_ever(make_project: MakeProject, collector: Collector) -> None:
    """
    Who is observed forks its steps like anybody: nothing that sends has a thread in the runner.
    """
    treadle = mill(make_project, code=FORKED)
    assert 0 == treadle("run", env=collector.environment).code
    assert (treadle.folder / "arguments.txt").read_text(encoding="utf-8").endswith(" run")


def waited(condition: object, *, seconds: float = 120.0) -> None:
    """Wait for something that another process does."""
    until = time.monotonic() + seconds
    assert callable(condition)
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def nobody() -> str:
    """The URL of a port that nobody listens to."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{found.getsockname()[1]}"


FAST = '[tool.treadle.observe.opentelemetry]\nflush = "2s"\n'


def test_a_collector_that_is_down_fails_nothing(make_project: MakeProject) -> None:
    """
    Without a collector a run succeeds as ever; its end waits a short time, and says once what is lost.
    """
    treadle = mill(make_project, settings=FAST.replace("2s", "30s"))  # which isn't waited for when it is refused
    began = time.monotonic()
    answer = treadle("run", "wool", env={"OTEL_EXPORTER_OTLP_ENDPOINT": nobody()})
    assert 0 == answer.code
    assert time.monotonic() - began < 45
    assert 1 == answer.err.count("warning:")
    assert "couldn't be sent" in answer.err
    assert "refused" in answer.err


@pytest.mark.parametrize(
    ("answer", "seconds", "said"),
    [
        pytest.param(503, 0.0, "couldn't be sent", id="refusing"),
        pytest.param(400, 0.0, "the collector answered 400 Bad Request", id="never"),
        pytest.param(307, 0.0, "the collector answered 307 Temporary Redirect", id="elsewhere"),
        pytest.param(200, 60.0, "didn't answer in time", id="slow"),
    ],
)
def test_a_collector_that_takes_nothing_fails_nothing(
    answer: int, seconds: float, said: str, make_project: MakeProject, tmp_path: Path
) -> None:
    """
    A collector that refuses, or never answers, costs a run nothing but a short wait and a warning.
    """
    treadle = mill(make_project, settings=FAST)
    with collecting(tmp_path, answers=[answer], seconds=seconds) as collector:
        began = time.monotonic()
        done = treadle("run", "wool", env=collector.environment)
        took = time.monotonic() - began
    assert 0 == done.code
    assert took < 45
    assert 1 == done.err.count("warning:")
    assert said in done.err


def test_a_collector_that_is_busy_is_asked_again(make_project: MakeProject, tmp_path: Path) -> None:
    """
    What a busy collector doesn't take is sent again, and nothing is lost; what it never takes is sent once.
    """
    treadle = mill(make_project)
    with collecting(tmp_path, answers=[503, 429, 200]) as collector:
        done = treadle("run", "wool", env=collector.environment)
        assert (0, "") == (done.code, done.err)
        assert collector.span("run")
        assert 3 == len([each for each in collector.received("request") if each["path"] == "/v1/traces"])
    with collecting(tmp_path, answers=[400]) as collector:
        treadle("run", "wool", env=collector.environment)
        paths = [each["path"] for each in collector.received("request") if each["answer"] == 400]
        assert ["/v1/logs", "/v1/metrics", "/v1/traces"] == sorted(paths)


def test_what_a_collector_takes_only_in_part_is_said(make_project: MakeProject, tmp_path: Path) -> None:
    """
    Records that a collector rejects, while it takes the rest, are counted as lost, with what it says of them.
    """
    with collecting(tmp_path, rejected=2) as collector:
        done = mill(make_project)("run", "wool", env=collector.environment)
    assert 0 == done.code
    assert "6 records couldn't be sent: the quota is used up" in done.err


def test_a_request_is_made_as_the_variables_say(make_project: MakeProject, collector: Collector) -> None:
    """
    Headers, compression, an endpoint of its own and attributes of the origin come from the standard variables.
    """
    given = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"{collector.url}/".replace("://", "://me:hunter%402@"),
        "OTEL_EXPORTER_OTLP_HEADERS": "api-key=s3cr3t,X-Team=wool%20and%2Cyarn",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "api-key=other",
        "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION": "gzip",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/own/v1/traces",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=prod,Team=wool%2Cyarn",
    }
    done = mill(make_project)("run", "wool", env=given)
    assert (0, "") == (done.code, done.err)
    requests = {each["path"]: each["headers"] for each in collector.received("request")}
    assert {"/own/v1/traces", "/v1/logs", "/v1/metrics"} == requests.keys()
    assert ("s3cr3t", "wool and,yarn") == (
        requests["/own/v1/traces"]["api-key"],
        requests["/own/v1/traces"]["x-team"],
    )
    assert ("other", None) == (requests["/v1/logs"]["api-key"], requests["/v1/logs"].get("x-team"))
    assert f"Basic {b64encode(b'me:hunter@2').decode()}" == requests["/v1/logs"]["authorization"]
    assert "gzip" == requests["/v1/metrics"]["content-encoding"]
    assert collector.metrics()["treadle.runs"]
    resource = collector.span("run")["resource"]
    assert ("prod", "wool,yarn", "p") == (
        resource["deployment.environment.name"],
        resource["Team"],
        resource["service.name"],
    )


def test_a_collector_may_ask_for_a_certificate(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A collector is only trusted by its certificate, and may ask for that of who sends.
    """
    treadle = mill(make_project, settings=FAST)
    certificate = make_certificate(tmp_path)
    trusting = {"OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificate.file)}
    known = {
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": str(certificate.file),
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": str(certificate.key),
    }
    with collecting(tmp_path, certificate=certificate) as collector:
        for told in ({}, trusting, known):
            done = treadle("run", "wool", env={**collector.environment, **told})
            assert 0 == done.code
            assert "couldn't be sent" in done.err
        assert [] == collector.spans
        done = treadle("run", "wool", env={**collector.environment, **trusting, **known})
        assert (0, "") == (done.code, done.err)
        assert collector.span("run")
    missing = {"OTEL_EXPORTER_OTLP_CERTIFICATE": "no.pem"}
    done = treadle("run", "wool", env={**collector.environment, **missing})
    assert 0 == done.code
    assert "the files with certificates can't be used: No such file or directory" in done.err


ODD = r"""
from treadle import asset


@asset
def wool(context):
    context.log("half of one: \ud83d")
    with context.phase("weighing", tons=10**30, sheep=("a", "b"), nothing=None):
        pass
"""


def test_what_a_step_says_may_be_odd(make_project: MakeProject, collector: Collector) -> None:
    """
    Halves of characters and numbers without end cost no record, and nothing around them.
    """
    done = mill(make_project, code=ODD)("run", env=collector.environment)
    assert (0, "") == (done.code, done.err)
    assert "half of one: ?" in [each["body"] for each in collector.received("log")]
    assert str(10**30) == collector.span("weighing")["attributes"]["tons"]


IMPOSSIBLE = """
import time
from treadle import asset


@asset
def wool(context):
    now, time.time = time.time, lambda: -1.0
    with context.phase("before the beginning"):
        pass
    time.time = now
"""


def test_a_record_that_fits_into_no_message_costs_no_other(make_project: MakeProject, tmp_path: Path) -> None:
    """
    What OTLP can't say, as a time before its first, is lost and told once, with the reason; all else is sent, if need be again.
    """
    with collecting(tmp_path, answers=[503, 503, 200]) as collector:
        done = mill(make_project, code=IMPOSSIBLE)("run", env=collector.environment)
        assert {"run", "attempt 1"} < {each["name"] for each in collector.spans}
    assert 0 == done.code
    assert " 1 record couldn't be sent: what they say doesn't fit into a message" in done.err


def test_what_cannot_be_sent_is_said_by_no_name_of_a_secret(make_project: MakeProject) -> None:
    """
    Headers with a key, and what stands in the URL, are in no warning.
    """
    url = nobody().replace("://", "://me:hunter2@")
    secrets = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=s3cr3t"}
    answer = mill(make_project, settings=FAST)("run", "wool", env=secrets)
    assert 0 == answer.code
    assert "warning:" in answer.err
    assert "hunter2" not in answer.err
    assert "s3cr3t" not in answer.err


def test_settings_say_where_traces_go(make_project: MakeProject, collector: Collector) -> None:
    """
    `[tool.treadle.observe.opentelemetry]` does without variables; a variable wins, also one of the `.env` file.
    """
    settings = (
        f'[tool.treadle.observe.opentelemetry]\nendpoint = "{collector.url}"\nservice = "looms"\nsignals = ["traces"]\n'
    )
    treadle = mill(make_project, settings=settings)
    treadle("run", "wool")
    assert "looms" == collector.span("run")["resource"]["service.name"]
    assert {} == collector.metrics()
    (treadle.folder / ".env").write_text("OTEL_SERVICE_NAME=sheds\n", encoding="utf-8")
    treadle("run", "wool")
    assert ["looms", "sheds"] == [each["resource"]["service.name"] for each in collector.spans if each["name"] == "run"]
    assert 0 == treadle("run", "wool", env={"OTEL_SDK_DISABLED": "true"}).code
    assert 2 == len([each for each in collector.spans if each["name"] == "run"])


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        pytest.param({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER is 'zipkin'", id="exporter"),
        pytest.param({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'", id="protocol"),
        pytest.param(
            {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": "collector:4318"},
            "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT can't be used as it is: write a URL",
            id="url",
        ),
        pytest.param(
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT can't be", id="all"
        ),
        pytest.param({"OTEL_EXPORTER_OTLP_COMPRESSION": "br"}, "with 'gzip' or 'none'", id="compression"),
    ],
)
def test_what_the_environment_asks_for_in_vain_is_said(
    environment: dict[str, str], said: str, make_project: MakeProject, collector: Collector
) -> None:
    """
    Exporters and protocols that there are not are named in a warning, and the run goes on.
    """
    answer = mill(make_project)("run", "wool", env={**collector.environment, **environment})
    assert 0 == answer.code
    assert said in answer.err
    assert len(set(answer.err.splitlines())) == len(answer.err.splitlines())


WITHOUT = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("opentelemetry.proto"):
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
"""


def test_without_the_extra_a_run_says_what_to_install(make_project: MakeProject, tmp_path: Path) -> None:
    """
    Variables that a machine sets for everybody don't stop a run that can't follow them.
    """
    (tmp_path / "sitecustomize.py").write_text(WITHOUT, encoding="utf-8")
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": nobody(), "PYTHONPATH": str(tmp_path)}
    answer = mill(make_project)("run", "wool", env=given)
    assert 0 == answer.code
    assert "pip install 'treadle[otel]'" in answer.err


def test_without_a_collector_nothing_of_it_is_loaded(make_project: MakeProject) -> None:
    """
    Who doesn't observe runs has no step with a TRACEPARENT, and nothing is imported for it.
    """
    treadle = mill(make_project)
    environment = {name: "" for name in os.environ if name.startswith("OTEL_")}
    answer = treadle("run", "wool", env={**environment, "PYTHONPROFILEIMPORTTIME": "1"})
    assert 0 == answer.code
    assert "none" == (treadle.folder / "wool.txt").read_text(encoding="utf-8")
    listed = treadle("list", "assets", env={"PYTHONPROFILEIMPORTTIME": "1"})
    for said in (answer.err, listed.err):
        assert "treadle.project" in said
        assert not re.search(r"\| +(opentelemetry|requests|sqlglot|prometheus_client|treadle.observers)\b", said)


def test_ids_follow_from_the_run() -> None:
    """
    The same run has the same ids in any process; another life of it has other spans in the same trace.
    """
    first, again = (trace_of("r1", life=0, parent="", environment={}) for _ in range(2))
    assert first == again
    second = trace_of("r1", life=1, parent="", environment={})
    assert first.trace_id == second.trace_id
    assert first.run != second.run
    assert first.attempt("s", 2) == second.attempt("s", 2)
    assert first.trace_id != trace_of("r2", life=0, parent="", environment={}).trace_id


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("", id="empty"),
        pytest.param("00-abc-def-01", id="short"),
        pytest.param("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", id="version"),
        pytest.param("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", id="no-span"),
    ],
)
def test_a_traceparent_that_makes_no_sense_is_none(wrong: str) -> None:
    """
    Whatever stands in TRACEPARENT, a run has a trace.
    """
    assert "" == parent_in({"TRACEPARENT": wrong})
    assert Trace(run_id="r", trace_id=trace_of("r", life=0, parent="", environment={}).trace_id) == trace_of(
        "r", life=0, parent=wrong, environment={}
    )


def test_a_share_of_traces_is_sampled() -> None:
    """
    `OTEL_TRACES_SAMPLER=traceidratio` takes about its share of runs, and the same ones everywhere.
    """
    environment = {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.25"}
    sampled = [trace_of(f"run-{n}", life=0, parent="", environment=environment).is_sampled for n in range(2000)]
    assert 400 < sum(sampled) < 600


def test_a_request_without_a_trace_is_understood(tmp_path: Path) -> None:
    """
    Requests that an older Treadle wrote have no trace.
    """
    from treadle.runner import StepRequest

    file = tmp_path / "request.json"
    StepRequest(project=tmp_path, step="s", traceparent="00-1-2-01").write(file)
    assert "00-1-2-01" == StepRequest.read(file).traceparent
    written = json.loads(file.read_text(encoding="utf-8"))
    del written["traceparent"]
    file.write_text(json.dumps(written), encoding="utf-8")
    assert "" == StepRequest.read(file).traceparent


SECRETIVE = """
from treadle import StepFailed, asset


@asset(credentials=["registry"])
def upload(context):
    token = context.credentials["registry"]
    with context.phase(f"with {token}", header=f"Bearer {token}"):
        raise StepFailed(f"{token} was refused")
"""


def test_spans_hold_no_credential(make_project: MakeProject, collector: Collector) -> None:
    """
    Neither their names and attributes nor their errors.
    """
    credentials = "registry: {provider: environment, variable: REGISTRY_TOKEN}\n"
    treadle = make_project({"a.py": SECRETIVE, "/credentials.yaml": credentials})
    answer = treadle("run", env={**collector.environment, "REGISTRY_TOKEN": "sesame-0815"})
    assert 3 == answer.code
    span = collector.span("with [credential registry]")
    assert "Bearer [credential registry]" in span["attributes"].values()
    assert "sesame-0815" not in collector.notes.read_text(encoding="utf-8")
