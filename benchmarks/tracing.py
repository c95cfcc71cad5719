"""What it costs to be observed: a run of 1,000 steps, with and without traces, metrics and logs.

The collector is on this machine, and takes what it is sent without a look at it: a real one is somewhere else. Steps
that do nothing are the worst case, as what is sent of a step costs the same however long it takes, and no core is idle
that could send it: with `--seconds`, each step takes some time. Runs are taken in turns, and each turn is a pair: the
ratio is the median of the pairs' ratios. Processor time is that of all processes of a run, the one that sends among
them: on a busy machine it says more than the clock.
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from graphs import for_treadle, layers
from measure import TREADLE, Command, Row, Sample, report, scratch

MODES = ("off", "on", "no collector", "lineage")


@contextmanager
def collector() -> Iterator[str]:
    """The URL of something that takes everything."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def once(command: Command) -> tuple[Sample, float]:
    """Run a command to its end; how long it took, and the processor time of it and all that came of it."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command.argv,
        cwd=command.cwd,
        env={**os.environ, **command.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return Sample(seconds=seconds, peak_mb=usage.ru_maxrss / 1024), usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--modes", nargs="*", choices=MODES[1:], default=MODES[1:2])
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--seconds", type=float, default=0.0, help="how long each step takes")
    options = parser.parse_args()
    graph = layers(100, 10)
    with scratch() as folder, collector() as url:
        project = for_treadle(folder / "many", graph, seconds=options.seconds)
        argv = [*TREADLE, "run", "-j", options.jobs]
        environments = {
            "off": {"OTEL_SDK_DISABLED": "true"},
            "on": {"OTEL_EXPORTER_OTLP_ENDPOINT": url},
            "no collector": {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
            "lineage": {"OPENLINEAGE_URL": url},
        }
        modes = ["off", *options.modes]
        commands = {each: Command(argv=argv, cwd=project, env=environments[each]) for each in modes}
        samples: dict[str, list[Sample]] = {each: [] for each in modes}
        processor: dict[str, list[float]] = {each: [] for each in modes}
        for each in modes:
            once(commands[each])
        for turn in range(options.repetitions):
            for each in modes if turn % 2 else reversed(modes):
                sample, used = once(commands[each])
                samples[each].append(sample)
                processor[each].append(used)
                print(f"  {each}: {sample.seconds:.2f} s, processor {used:.2f} s", file=sys.stderr, flush=True)
    rows = [Row(name=each, samples=found) for each, found in samples.items()]
    steps = f"{graph.steps:,} steps" + (f" of {options.seconds:g} s" if options.seconds else "")
    report(f"A run of {steps}", rows, against="off", note=f"load {os.getloadavg()[0]:.1f}")
    for each in options.modes:
        clock = [
            with_it.seconds / without.seconds for with_it, without in zip(samples[each], samples["off"], strict=True)
        ]
        share = [with_it / without for with_it, without in zip(processor[each], processor["off"], strict=True)]
        print(f"  {each}: the clock {_ratio(clock)}, the processor {_ratio(share)}")


def _ratio(found: list[float]) -> str:
    return f"{statistics.median(found):.3f} ({min(found):.3f} … {max(found):.3f})"


if __name__ == "__main__":
    main()
