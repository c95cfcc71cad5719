"""How long it takes to check many components: `treadle check` next to Dagster's `dg check yaml`.

The same 1,000 files for both, each with one component and its script. For Treadle, each command is
measured in a project where it was never used, and in one where it was and nothing has changed since;
Dagster remembers nothing, and `dg check yaml` looks at the last file of each type only, so it checks one of them.

Then what policies add, with all packs of them bound: next to a check that only looks at files, and to one that builds
the project, which is what policies need. Then 10,000 for Treadle alone: without memory, with it, and with one file
changed.
"""

import argparse
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from measure import PEER_ENTRY, TREADLE, Command, Row, Sample, in_turns, once, peer, report, scratch

SETTINGS = '[project]\nname = "many"\nversion = "0.1.0"\n\n'
OURS = '[tool.treadle]\nmodule = "many"\n'
THEIRS = '[tool.dg]\ndirectory_type = "project"\n\n[tool.dg.project]\nroot_module = "many"\n'
PACKS = "bindings: [{policies: ['*.*'], severity: audit}]\n"
DOCUMENT = """type: dagster.PythonScriptComponent
attributes:
  execution:
    path: script.py
    name: step_{number}
  assets:
    - key: raw/table_{number}
      description: Table {number}
      group_name: raw
      owners: [team:data]
      tags: {{layer: raw}}
      metadata: {{root: "{{{{ context.project_root }}}}"}}
      kinds: [python]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--only-ours", action="store_true")
    options = parser.parse_args()
    with scratch() as folder:
        ours = project(folder / "ours", OURS, 1_000)
        commands = {}
        for words in ("check", "check --build", "list assets --json"):
            commands[f"treadle {words} (no memory)"] = forgetting(ours, *words.split())
            # What follows the first one finds what it has left.
            commands[f"treadle {words}"] = treadle(ours, *words.split())
        if not options.only_ours and (bin_folder := peer()):
            theirs = project(folder / "theirs", THEIRS, 1_000)
            (theirs / "src" / "many" / "definitions.py").write_text(PEER_ENTRY, encoding="utf-8")
            home = folder / "home"
            home.mkdir()
            (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", encoding="utf-8")
            for words in ("check yaml", "check defs", "list defs --json"):
                commands[f"dg {words}"] = Command(
                    argv=[str(bin_folder / "dg"), *words.split()],
                    cwd=theirs,
                    env={
                        "PATH": f"{bin_folder}:/usr/bin:/bin",
                        "PYTHONPATH": str(theirs / "src"),
                        "DAGSTER_HOME": str(home),
                        "HOME": str(home),
                    },
                )
        rows = in_turns(commands, options.repetitions)
        report("1,000 components in 1,000 files", rows, against="treadle check (no memory)")
        bound = project(folder / "bound", OURS, 1_000)
        (bound / "policies.yaml").write_text(PACKS, encoding="utf-8")
        looks = {
            "check, no policies": treadle(ours, "check"),
            "check --build, no policies": treadle(ours, "check", "--build"),
            "check, all packs bound": treadle(bound, "check"),
        }
        for state, rows in in_states(looks, options.repetitions).items():
            report(f"1,000 components, {state}", rows, against="treadle check --build, no policies")
        large = project(folder / "large", OURS, 10_000)
        report("10,000 components in 10,000 files", ten_thousand(large, options.repetitions))


def in_states(looks: Mapping[str, Command], repetitions: int) -> dict[str, list[Row]]:
    """What looks at projects take when nobody has looked before, when nothing has changed, and when one file has."""
    samples: dict[str, dict[str, list[Sample]]] = {}
    for repetition in range(repetitions):
        for name, look in looks.items():
            file = look.cwd / "src" / "many" / "defs" / "group_004" / "table_00424" / "defs.yaml"
            shutil.rmtree(look.cwd / ".treadle", ignore_errors=True)
            took = {"nobody has looked before": once(look), "nothing has changed": once(look)}
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("Table 424", f"Table 424 for the {repetition}. time"), encoding="utf-8")
            took["one file has changed"] = once(look)
            file.write_text(text, encoding="utf-8")
            os.utime(file, (1_600_000_000 + repetition, 1_600_000_000))
            for state, sample in took.items():
                samples.setdefault(state, {}).setdefault(name, []).append(sample)
    return {
        state: [Row(name=f"treadle {name}", samples=each) for name, each in found.items()]
        for state, found in samples.items()
    }


def ten_thousand(folder: Path, repetitions: int) -> list[Row]:
    """Without memory, with it, and with one file changed."""
    fresh, known, changed = forgetting(folder, "check"), treadle(folder, "check"), treadle(folder, "check")
    file = folder / "src" / "many" / "defs" / "group_042" / "table_04242" / "defs.yaml"
    once(fresh)
    samples: dict[str, list[Sample]] = {"no memory": [], "nothing changed": [], "one file changed": []}
    for repetition in range(repetitions):
        samples["no memory"].append(once(fresh))
        samples["nothing changed"].append(once(known))
        file.write_text(file.read_text(encoding="utf-8") + f"# {repetition}\n", encoding="utf-8")
        samples["one file changed"].append(once(changed))
    return [Row(name=f"treadle check, {name}", samples=found) for name, found in samples.items()]


def treadle(folder: Path, *words: str) -> Command:
    return Command(argv=[*TREADLE, *words], cwd=folder)


def forgetting(folder: Path, *words: str) -> Command:
    """A command in a project that nobody has looked at before."""
    forget = f"rm -rf {folder / '.treadle'}; exec {' '.join((*TREADLE, *words))}"
    return Command(argv=["/bin/sh", "-c", forget], cwd=folder)


def project(folder: Path, settings: str, count: int) -> Path:
    """A project of so many components, a hundred to a folder, as if it had been there since yesterday."""
    package = folder / "src" / "many"
    package.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(SETTINGS + settings, encoding="utf-8")
    (package / "__init__.py").touch()
    for number in range(count):
        component = package / "defs" / f"group_{number // 100:03}" / f"table_{number:05}"
        component.mkdir(parents=True)
        (component / "script.py").write_text("print('written')\n", encoding="utf-8")
        (component / "defs.yaml").write_text(DOCUMENT.format(number=number), encoding="utf-8")
    (package / "defs" / "__init__.py").touch()
    yesterday = 1_700_000_000
    for path, folders, files in os.walk(folder, topdown=False):
        for name in (*folders, *files):
            os.utime(os.path.join(path, name), (yesterday, yesterday))
    shutil.rmtree(folder / ".treadle", ignore_errors=True)
    return folder


if __name__ == "__main__":
    main()
