"""What it costs to be observed: a run of 1,000 steps that do nothing, with and without traces, metrics and logs.

The collector is on this machine, and takes what it is sent without a look at it: a real one is somewhere else. Steps
that do nothing are the worst case, since what is sent of a step costs the same however long it takes. Runs are taken
in turns, and each turn is a pair: the ratio is the median of the pairs' ratios.
"""

import argparse
import os
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from graphs import for_treadle, layers
from measure import TREADLE, Command, Row, Sample, once, report, scratch

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--modes", nargs="*", choices=MODES[1:], default=MODES[1:2])
    parser.add_argument("--jobs", default="2")
    options = parser.parse_args()
    graph = layers(100, 10)
    with scratch() as folder, collector() as url:
        project = for_treadle(folder / "many", graph)
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
        for each in modes:
            once(commands[each])
        for turn in range(options.repetitions):
            for each in modes if turn % 2 else reversed(modes):
                samples[each].append(once(commands[each]))
                print(f"  {each}: {samples[each][-1].seconds:.2f} s", file=sys.stderr, flush=True)
    rows = [Row(name=each, samples=found) for each, found in samples.items()]
    report(f"A run of {graph.steps:,} steps", rows, against="off", note=f"load {os.getloadavg()[0]:.1f}")
    for each in options.modes:
        pairs = zip(samples[each], samples["off"], strict=True)
        ratios = sorted(with_it.seconds / without.seconds for with_it, without in pairs)
        print(
            f"  {each}: median of the pairs' ratios {statistics.median(ratios):.3f} ({ratios[0]:.3f} … {ratios[-1]:.3f})"
        )


if __name__ == "__main__":
    main()
