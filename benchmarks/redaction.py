"""How long it takes to look through 100 MB of output for secrets: `python benchmarks/redaction.py`."""

from __future__ import annotations

import base64
import os
import time

from treadle.credentials import Redactor

MEGABYTES = 100
CHUNK = 1 << 16
LINE = b"2026-11-25 18:00:00 INFO epoch 12 batch 3456/10000 loss=0.123456 accuracy=0.98765 lr=0.0003 took 12.3 ms\n"
TOKEN = "eyJhbGciOiJSUzI1NiJ9." + base64.urlsafe_b64encode(os.urandom(700)).decode().rstrip("=") + "." + "c2ln" * 80
KEY = "-----BEGIN KEY-----\n" + base64.encodebytes(os.urandom(1200)).decode() + "-----END KEY-----"
SECRETS = {
    "no secret": [],
    "a password": ["correct-horse-battery"],
    "a password with special characters": ["p@ss/w'ord+\"ü %"],
    "a token of 1.3 kB": [TOKEN],
    "a key of 28 lines": [KEY],
    "ten of them": [f"{TOKEN[:-4]}{n:04}" if n % 2 else f"p@ss/w'ord+\"ü {n}" for n in range(10)],
}


def measure(secrets: list[str], chunk: bytes, count: int) -> float:
    """Seconds for `count` chunks."""
    redactor = Redactor()
    for secret in secrets:
        redactor.add("it", secret)
    started = time.perf_counter()
    for _ in range(count):
        redactor.feed(chunk)
    redactor.flush()
    return time.perf_counter() - started


def main() -> None:
    """Print a table."""
    text = (LINE * (CHUNK // len(LINE) + 1))[:CHUNK]
    letters = base64.b64encode(os.urandom(CHUNK))[:CHUNK]
    count = MEGABYTES * 1_000_000 // CHUNK
    print(f"{'secrets':<38} {'log lines':>12} {'base64':>12} {'a line each':>14}   MB/s")
    for name, secrets in SECRETS.items():
        lines = measure(secrets, LINE, 20_000)
        speeds = [MEGABYTES / measure(secrets, each, count) for each in (text, letters)]
        print(f"{name:<38} {speeds[0]:>12,.0f} {speeds[1]:>12,.0f} {20_000 * len(LINE) / 1e6 / lines:>14,.1f}")
    each = [measure(SECRETS["a token of 1.3 kB"], text, count // part) * part for part in (8, 4, 2, 1)]
    print("100 MB from the time of an eighth, a quarter, a half, and all:", ", ".join(f"{one:.2f} s" for one in each))


if __name__ == "__main__":
    main()
