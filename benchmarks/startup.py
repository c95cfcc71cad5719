"""What starting costs: `treadle --help` next to an empty click group, `import treadle` next to no import."""

import argparse
import sys

from measure import ROOT, TREADLE, Command, in_turns, report

EMPTY_GROUP = "import click; click.group(name='empty')(lambda: None)(['--help'])"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=30)
    options = parser.parse_args()
    python = sys.executable
    commands = {
        "an empty click group --help": [python, "-c", EMPTY_GROUP],
        "treadle --help": [*TREADLE, "--help"],
        "treadle --version": [*TREADLE, "--version"],
        "python -c pass": [python, "-c", "pass"],
        "python -c 'import treadle'": [python, "-c", "import treadle"],
    }
    rows = in_turns({name: Command(argv=argv, cwd=ROOT) for name, argv in commands.items()}, options.repetitions)
    report("Starting", rows, against="an empty click group --help")


if __name__ == "__main__":
    main()
