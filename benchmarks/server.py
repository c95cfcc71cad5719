"""The HTTP API of a large project: how long answers take, what 50 listeners cost, how soon an edit is seen.

Half of the assets are in files of ten, as component files; each tenth depends on others. Memory is that of the server's
process, and that of the one that loads.
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import httpx
import psutil
from measure import TREADLE, write_results

SETTINGS = '[tool.treadle]\nmodule = "p"\n'
REPETITIONS = 100


def make(root: Path, components: int, each: int) -> None:
    """A project of so many components, each a script that makes so many assets."""
    defs = root / "src" / "p" / "defs"
    defs.mkdir(parents=True)
    (root / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "src" / "p" / "__init__.py").touch()
    for number in range(components):
        folder = defs / f"team_{number % 20}" / f"c{number}"
        folder.mkdir(parents=True)
        (folder / "s.py").touch()
        assets = "".join(
            f"    - key: t{number % 20}/c{number}/a{asset}\n"
            f"      deps: [{f't{(number - 1) % 20}/c{number - 1}/a{asset}' if number else ''}]\n"
            f"      group: g{number % 20}\n      owners: [team{number % 20}@mill.example]\n"
            f"      description: The {asset}th of component {number}.\n"
            for asset in range(each)
        )
        text = f"type: treadle.PythonScript\nattributes:\n  execution: {{path: s.py}}\n  assets:\n{assets}"
        (folder / "defs.yaml").write_text(text, encoding="utf-8")


class Server:
    """A server that has loaded."""

    def __init__(self, root: Path, command: str) -> None:
        options = ["--no-scheduler"] if command == "dev" else []
        self.process = subprocess.Popen(
            [*TREADLE, "-C", str(root), command, "--port", "0", *options], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        found = re.search(r"(http://\S+/)\?token=(\S+)", self.process.stdout.readline())
        assert found
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self.address, self.token = found[1], found[2]
        headers = {"Authorization": f"Bearer {self.token}"}
        limits = httpx.Limits(max_connections=200)
        self.client = httpx.Client(base_url=f"{self.address}api", headers=headers, timeout=300, limits=limits)
        self.client.get("/project")

    def end(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait()

    def memory(self) -> dict[str, float]:
        """Of the server and of what loads, what is theirs alone, in MB."""
        server = psutil.Process(self.process.pid)
        loading = server.children()
        return {
            "server": round(server.memory_full_info().uss / 1e6, 1),
            "server with what it shares": round(server.memory_info().rss / 1e6, 1),
            "loading": round(sum(each.memory_full_info().uss for each in loading) / 1e6, 1),
        }


def answers(server: Server) -> dict[str, dict[str, float]]:
    """How long each request takes, in milliseconds."""
    paths = {
        "a page of assets": "/assets",
        "a page deep in the list": "/assets?cursor=t5&limit=50",
        "assets that a text finds": "/assets?q=component%2077",
        "assets of a selection": "/assets?selection=group:g7",
        "an asset": "/assets/t5/c105/a0",
        "the graph around an asset": "/graph?selection=2%2Bt5/c105/a0%2B2",
        "runs": "/runs",
        "the project": "/project",
        "the whole graph": "/graph",
    }
    found = {}
    for name, path in paths.items():
        times = []
        for _ in range(10 if name == "the whole graph" else REPETITIONS):
            began = time.perf_counter()
            assert server.client.get(path).is_success
            times.append(1000 * (time.perf_counter() - began))
        found[name] = {
            "p50": round(statistics.median(times), 1),
            "p99": round(sorted(times)[-1 - len(times) // 100], 1),
        }
    return found


def listeners(server: Server, count: int, edit: Path) -> dict[str, float]:
    """How long after an edit each of so many listeners knows, and what an answer takes meanwhile."""
    heard: list[float] = []
    ready = threading.Semaphore(0)

    def listen() -> None:
        with server.client.stream("GET", "/events") as answer:
            names = (line for line in answer.iter_lines() if line.startswith("event: reload"))
            next(names)
            ready.release()
            next(names)
            heard.append(time.perf_counter())

    threads = [threading.Thread(target=listen) for _ in range(count)]
    for each in threads:
        each.start()
    for _ in threads:
        ready.acquire()
    times = []
    for _ in range(REPETITIONS):
        began = time.perf_counter()
        server.client.get("/assets")
        times.append(1000 * (time.perf_counter() - began))
    began = time.perf_counter()
    edit.write_text(edit.read_text(encoding="utf-8").replace("a0\n", "b0\n", 1), encoding="utf-8")
    for each in threads:
        each.join()
    return {
        "listeners": count,
        "an answer beside them, p50 ms": round(statistics.median(times), 1),
        "all of them know after, s": round(max(heard) - began, 2),
    }


def reloads(server: Server, edit: Path, repetitions: int) -> dict[str, float]:
    """From an edit of YAML to the event that tells of it, in seconds."""
    times = []
    with server.client.stream("GET", "/events") as answer:
        names = (line for line in answer.iter_lines() if line.startswith("event: reload"))
        next(names)
        for number in range(repetitions):
            text = re.sub(r"group: \w+", f"group: new{number}", edit.read_text(encoding="utf-8"), count=1)
            began = time.perf_counter()
            edit.write_text(text, encoding="utf-8")
            next(names)
            times.append(time.perf_counter() - began)
            time.sleep(0.3)
    return {"median s": round(statistics.median(times), 2), "slowest s": round(max(times), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=10)
    options = parser.parse_args()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        make(small, 1000, 1)
        make(large, 1000, 10)
        for name, root in (("1,000 components, 1,000 assets", small), ("1,000 components, 10,000 assets", large)):
            server = Server(root, "dev")
            edit = root / "src" / "p" / "defs" / "team_3" / "c3" / "defs.yaml"
            try:
                results[name] = {
                    "answers, ms": answers(server),
                    "an edit is seen after": reloads(server, edit, options.repetitions),
                    "streams": listeners(server, 50, edit),
                    "memory, MB": server.memory(),
                }
            finally:
                server.end()
    print(json.dumps(results, indent=2))
    write_results(results)


if __name__ == "__main__":
    main()
