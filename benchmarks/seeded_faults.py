"""How many mistakes `treadle check` finds: 200 broken files, each with one mistake whose place is known.

Each file is a valid one in which one thing was changed. The place that a person would point at is
marked where the change is made, so that it doesn't depend on what Treadle answers:

- what is misspelled, and what is said twice: the name;
- what has a wrong value, or holds a template that can't work: the value;
- what is missing: the start of the mapping that it is missing from;
- what YAML can't read: the mark that was opened, the start of the line that is out of place, the character
  (where a space is missing: the colon or the dash before it).

What no single file tells (two assets of one name, a cycle) is not among the mistakes.

    python benchmarks/seeded_faults.py            # a table by kind, and what was missed
    python benchmarks/seeded_faults.py --keep DIR # also leaves the project there
"""

import argparse
import json
import os
import random
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

from measure import TREADLE, scratch, write_results

SEED = 20260101
BROKEN, VALID = 200, 50
MARK = "¤"
MISSPELLED = "misspelled"

PROJECT = {
    "pyproject.toml": '[tool.treadle]\nmodule = "shop"\n\n[tool.treadle.connections]\nwarehouse = "duckdb:///shop.duckdb"\n',
    "src/shop/__init__.py": "",
    "src/shop/defs/__init__.py": "",
    "transform/jdbt/dbt_project.yml": "name: jdbt\nprofile: jdbt\n",
}
BESIDE = {
    "script.py": "",
    "query.sql": "select 1\n",
    "functions.py": "def run(context):\n    pass\n",
    "variables.py": (
        "from treadle import template_var\n\n\n@template_var\ndef team() -> str:\n    return 'data'\n\n\n"
        "@template_var\ndef hours() -> list[int]:\n    return [3]\n"
    ),
}
ENVIRONMENT = {"SHOP_TOKEN": "t"}

BASES = (
    """\
type: $script
requirements:
  env: [SHOP_TOKEN]
attributes:
  execution:
    path: script.py
    args: [--full, "--out={{ project_root }}/out"]
    name: ${step}_step
    tags: {tier: gold}
  assets:
    - key: $one
      group: $group
      deps: [$three, $two]
      description: "Made for {{ env('SHOP_TEAM', 'nobody') }}."
      owners: [team:data, ann@example.com]
      tags: {layer: raw}
      kinds: [python]
      automation: on_cron('$cron')
      partitions:
        type: daily
        start: $day
        timezone: $zone
        hour_offset: 3
      metadata:
        rows: 12
        token: "{{ env.SHOP_TOKEN }}"
  checks:
    - name: has_rows
      asset: $one
      blocking: true
      severity: warn
""",
    """\
type: $function
template_vars_module: .variables
attributes:
  execution:
    fn: .functions.run
    pool: "{{ team }}"
    description: Loads what $group needs.
    backfill_policy:
      type: multi_run
      max_partitions_per_run: 10
  assets:
    - key: $two
      deps:
        - $three
        - raw/extra
      owners: ["team:{{ team }}"]
      code_version: "7"
      skippable: true
      partitions:
        type: time_window
        cron: "$cron"
        start: $day
        timezone: $zone
      freshness: {fail_window: 36h}
    - {key: $one, group: $group, tags: {layer: mart}}
  checks:
    - name: is_unique
      asset: $two
      additional_deps: [$three]
      description: 'No order twice.'
      severity: error
""",
    """\
type: $sql
attributes:
  connection: warehouse
  sql_template: |
    create or replace table {{ schema }}.orders as
    select * from raw where day = '{{ partition }}'
  sql_template_vars:
    schema: $group
  execution:
    name: $step
    pool: warehouse
  assets:
    - key: $one
      group: $group
      deps: [$two]
      kinds: [duckdb, sql]
      owners:
        - bob@example.com
      partitions:
        type: weekly
        start: $day
        hour_offset: 5
        day_offset: 1
      automation: {any_of: [on_missing, {on_cron: "$cron"}]}
  checks:
    - name: no_gaps
      asset: $one
      blocking: false
""",
    """\
type: $folder
template_vars_module: .variables
post_processing:
  assets:
    - target: "*"
      attributes:
        owners: ["team:{{ team }}"]
        group: $group
        metadata: {made_by: "{{ asset.key }}"}
    - target: "kind:python and not group:$group"
      operation: merge
      attributes:
        tags: {audited: "yes"}
        deps: [$two]
""",
    """\
type: $dbt
attributes:
  project:
    project_dir: "{{ project_root }}/transform/jdbt"
    target: dev
    vars: {region: eu}
  select: tag:daily
  cli_args: [build, --fail-fast, {--vars: {day: "{{ partition_key }}"}}]
  translation:
    key: "warehouse/{{ node.schema }}/{{ node.name }}"
    group: $group
    owners: [team:dbt]
    tags: {tool: dbt}
    partitions:
      type: static
      keys: [eu, us]
  translation_settings:
    enable_asset_checks: true
  execution:
    name: $step
""",
    """\
type: treadle.ScheduledJob
attributes:
  job_name: $step
  cron_schedule: "$cron"
  asset_selection: group:$group or +key:$one
  timezone: $zone
  enabled: true
  description: Every asset of $group.
  tags: {team: "{{ env.SHOP_TOKEN }}"}
""",
)
WORDS = {
    "script": ("treadle.PythonScript", "dagster.PythonScriptComponent", "treadle.UvRun", "dagster.UvRunComponent"),
    "function": ("treadle.Function", "dagster.FunctionComponent"),
    "sql": ("treadle.TemplatedSql", "dagster.TemplatedSqlComponent"),
    "folder": ("treadle.DefsFolder", "dagster.DefsFolderComponent"),
    "dbt": ("treadle.DbtProject", "dagster_dbt.DbtProjectComponent"),
    "one": ("marts/orders", "marts/customers", "reports/daily", "totals", "a/b/c"),
    "two": ("staging/orders", "staging/payments", "raw_users", "events/clicks"),
    "three": ("raw/orders", "raw/payments", "seeds/countries"),
    "step": ("load_orders", "nightly", "totals_by_day", "sync"),
    "group": ("marts", "sales", "finance/daily", "weaving"),
    "cron": ("0 6 * * *", "*/15 * * * *", "30 2 * * 1-5", "0 0 1 * *"),
    "day": ("2026-01-01", "2025-12-31", "2024-02-29"),
    "zone": ("Europe/Berlin", "America/New_York", "UTC"),
}
PRELUDES = (
    "",
    "# What the shop sells.\n",
    "# Owned by the data team.\n# Ask before you change it.\n\n",
    "\n",
    "type: treadle.PythonScript\nattributes:\n  execution: {path: script.py}\n  assets: [{key: first/asset}]\n---\n",
)

NESTED = "(?:path|args|name|pool|description|backfill_policy|project_dir|target|vars|enable_asset_checks)"
FIELD = (
    "(?:key|group|deps|description|owners|tags|kinds|automation|partitions|metadata|code_version|skippable|freshness)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to be wrong: what to look for, and what is written instead, with a mark at the place to point at."""

    name: str
    pattern: str
    instead: Sequence[str]


def _kind(name: str, pattern: str, *instead: str) -> Kind:
    return Kind(name=name, pattern=pattern, instead=instead)


def _value(name: str, keys: str, *values: str) -> Kind:
    """A kind that changes the value of one of some keys, as long as that stands on the key's own line."""
    return _kind(name, rf"(?m)^([ -]*(?:{keys}): )(?![|>\n]).*$", *(rf"\1{MARK}{value}" for value in values))


KINDS = (
    # Names
    _kind(
        "misspelled key of the document",
        r"(?m)^(?P<name>requirements|template_vars_module|post_processing):",
        MISSPELLED,
    ),
    _kind("misspelled `attributes`", r"(?m)^(?P<name>attributes):", MISSPELLED),
    _kind("misspelled `type`", r"(?m)^(?P<name>type):", MISSPELLED),
    _kind("unknown key of the document", r"(?m)^(?=attributes:)", f"{MARK}owner: me\n", f"{MARK}schedule: daily\n"),
    _kind(
        "misspelled attribute",
        r"(?m)^  (?P<name>execution|assets|checks|connection|sql_template|translation|select|project|job_name|timezone|enabled|cron_schedule):",
        MISSPELLED,
    ),
    _kind("misspelled attribute of an attribute", rf"(?m)^    (?P<name>{NESTED}):", MISSPELLED),
    _kind(
        "misspelled attribute in a list",
        rf"(?m)^(?:    - |      )(?P<name>{FIELD}|blocking|severity|asset|additional_deps):",
        MISSPELLED,
    ),
    _kind(
        "misspelled attribute of partitions",
        r"(?m)^        (?P<name>start|timezone|hour_offset|cron|day_offset):",
        MISSPELLED,
    ),
    _kind("misspelled attribute in braces", r"(?<=- \{key: )(?P<lead>\S+, )(?P<name>group)(?=:)", MISSPELLED),
    _kind(
        "misspelled attribute in post_processing",
        r"(?m)^        (?P<name>owners|group|metadata|tags|deps):",
        MISSPELLED,
    ),
    _kind(
        "attribute of another place",
        r"(?m)^      (?=group:|deps:|asset:)",
        f"      {MARK}path: script.py\n      ",
        f"      {MARK}cron: daily\n      ",
    ),
    _kind("misspelled type", r"(?m)^type: \w+\.(?P<name>[A-Z]\w+)$", MISSPELLED),
    _kind(
        "unknown type",
        r"(?m)^type: .*$",
        f"type: {MARK}acme.Spreadsheet",
        f"type: {MARK}treadle.Snowpipe",
        f"type: {MARK}.missing.Thing",
    ),
    _kind("type without a package", r"(?m)^type: \w+\.(\w+)$", rf"type: {MARK}\1"),
    # What is missing
    _kind("missing `type`", r"(?m)^type: .*\n", MARK),
    _kind(
        "missing attribute",
        r"(?m)^(attributes:\n)  (?:execution:\n(?:    .*\n)+|connection: .*\n|job_name: .*\n)(  )",
        rf"\1\2{MARK}",
    ),
    _kind("missing attribute of an attribute", r"(?m)^(  execution:\n)    (?:path|fn): .*\n    ", rf"\1    {MARK}"),
    _kind("missing attribute in a list", r"(?m)^    - (?:key|name): .*\n      ", f"    - {MARK}"),
    _kind(
        "missing attribute of partitions",
        r"(?m)^(      partitions:\n        )(type: .*\n)(?:        cron: .*\n)?        start: .*\n",
        rf"\1{MARK}\2",
    ),
    _kind("missing discriminator", r"(?m)^(      partitions:\n        )type: .*\n        ", rf"\1{MARK}"),
    # Values of another kind
    _value("text for a list", "deps|owners|kinds|additional_deps", "raw/orders", '"team:data"', "python"),
    _value("text for a number", "hour_offset|day_offset|max_partitions_per_run", "three", "'5 hours'", "~x"),
    _value("text for true or false", "blocking|skippable|enabled|enable_asset_checks", "maybe", '"sometimes"'),
    _kind(
        "text for a mapping", r"(?m)^(      partitions:)\n(?:        .*\n)+|^(      tags:) .*\n", rf"\1\2 {MARK}daily\n"
    ),
    _kind(
        "list for a mapping",
        r"(?m)^(      tags:|    tags:|  translation_settings:)(?: .*\n|\n(?:    .*\n)+)",
        rf"\1 {MARK}[gold, raw]\n",
    ),
    _kind("lines of a list for a mapping", r"(?m)^(  execution:\n)(?:    .*\n)+", rf"\1    {MARK}- path: script.py\n"),
    _value("mapping for a list", "deps|owners|kinds", "{raw: orders}", "{}"),
    _kind("mapping for text", r"(?m)^(\s+(?:description|pool|code_version)): .*$", rf"\1: {MARK}{{en: text}}"),
    _value("list for text", "description|pool|key|target|connection", "[a, b]"),
    _value("number for text", "code_version|pool|description", "1.5", "12", "true"),
    _kind(
        "wrong item of a list",
        r"(?m)^(\s+(?:deps|kinds|additional_deps): \[)",
        rf"\1{MARK}12, ",
        rf"\1{MARK}{{a: b}}, ",
        rf"\1{MARK}null, ",
    ),
    _value("number out of range", "hour_offset|day_offset|max_partitions_per_run", "-1", '"-20"'),
    _value("fraction for a whole number", "hour_offset|day_offset|max_partitions_per_run", "1.5"),
    # Values of a wrong form
    _value("word that is not one of a few", "severity|operation", "fatal", "append", "''"),
    _kind("wrong discriminator", r"(?m)^(\s+partitions:\n\s+type: ).*$", rf"\1{MARK}yearly", rf"\1{MARK}dialy"),
    _value("bad asset key", "key|asset", "orders//daily", "/orders", '""'),
    _kind("bad key of a dependency", r"(?m)^(\s+(?:deps|additional_deps): \[)", rf"\1{MARK}a//b, ", rf'\1{MARK}"", '),
    _kind("bad owner", r"(?m)^(\s+owners: \[)", rf"\1{MARK}ann, ", rf"\1{MARK}data team, "),
    _value("bad group", "group", "my-marts", '"a b"', "sales."),
    _value("bad cron", "cron|cron_schedule", '"0 6 * *"', '"61 * * * *"', "daily"),
    _value("bad timezone", "timezone", "Europe/Berln", "CEST+2", "Mars/Olympus"),
    _value("bad start of partitions", "start", "2026-13-01", "01.02.2026", "yesterday"),
    _value("bad condition", "automation", "eagr", "on_cron('0 6 *')"),
    _kind("misspelled condition", r"(?m)^([ -]*automation: )(?![|>\n]).*$", rf"\1{{{MARK}any: [eager]}}"),
    _kind("bad length of time", r"(?<=fail_window: )36h", f"{MARK}soon", f"{MARK}36x"),
    _kind(
        "bad target of post_processing",
        r"(?m)^(    - target: ).*$",
        rf'\1{MARK}"tag:"',
        rf'\1{MARK}"kind:python and"',
        rf'\1{MARK}"(group:marts"',
    ),
    _value("bad selection", "asset_selection", '"group:"', '"orders and"', '"(a or b"'),
    _kind(
        "missing script",
        r"(?m)^(    path: )script.py$",
        rf"\1{MARK}scirpt.py",
        rf"\1{MARK}../script.py",
        rf"\1{MARK}functions",
    ),
    _kind(
        "missing dbt project",
        r"(?m)^(    project_dir: ).*$",
        rf'\1{MARK}"{{{{ project_root }}}}/transform/jdtb"',
        rf"\1{MARK}../nowhere",
    ),
    _kind(
        "missing module of variables",
        r"(?m)^(template_vars_module: ).*$",
        rf"\1{MARK}.varialbes",
        rf"\1{MARK}shop.nothing",
    ),
    _kind("unset variable in requirements", r"(?m)^(requirements:\n  env: \[SHOP_TOKEN)\]", rf"\1, {MARK}SHOP_SECRET]"),
    # Templates
    _value("undefined variable", "description|pool|code_version|group", '"{{ taem }}"', "'{{ nothing }}'"),
    _value(
        "undefined variable in text",
        "description|pool|code_version",
        '"for {{ regoin }} only"',
        "'{{ 1 }} of {{ many }}'",
    ),
    _kind("undefined variable in braces", r"(?m)^(\s+tags: \{\w+: )", rf'\1{MARK}"{{{{ nobody }}}}", b: '),
    _value("variable of another place", "description|code_version", '"{{ node.name }}"', '"{{ partition_key }}"'),
    _value(
        "misspelled attribute of `context`",
        "description|pool",
        '"{{ context.project_rot }}"',
        '"in {{ context.projct_root }}"',
    ),
    _value(
        "misspelled attribute of `node` or `asset`",
        "key(?=: .*node)|metadata(?=: .*asset)",
        '"{{ node.nmae }}{{ asset.kye }}"',
    ),
    _value(
        "misspelled member of `automation` or `dg`",
        "automation",
        '"{{ automation.eagr() }}"',
        '"{{ dg.AutomationConditon.eager() }}"',
    ),
    _value(
        "unset environment variable",
        "description|pool|code_version",
        '"{{ env.SHOP_NOTHING }}"',
        "\"{{ env('SHOP_NOTHING') }}\"",
        '"to {{ env.SHOP_TOKN }}"',
    ),
    _value(
        "template that can't be read", "description|pool|group", '"{{ 1 + }}"', '"{{ team"', '"{{ a b }}"', '"{{ (1 }}"'
    ),
    _value(
        "unknown filter", "description|pool|code_version", "\"{{ 'a' | uper }}\"", '"x {{ project_root | basenme }}"'
    ),
    _value(
        "template of a wrong type",
        "hour_offset|day_offset|max_partitions_per_run",
        '"{{ [1, 2] }}"',
        "\"{{ {'a': 1} }}\"",
        "\"{{ 'three' }}\"",
    ),
    _value("template that gives text for a list", "deps|owners|kinds", "\"{{ 'a' ~ 'b' }}\"", '"{{ project_root }}"'),
    _kind(
        "unquoted template",
        r"(?m)^(\s+(?:description|pool|group|code_version): ).*$",
        rf"\1{MARK}{{{{ team }}}}",
        rf"\1{MARK}{{{{ env.SHOP_TOKEN }}}}",
    ),
    # YAML
    _kind(
        "duplicate key",
        r"(?m)^(?P<lead>(?: {4}- | {6})(?P<key>group|key|deps|blocking): .*\n)",
        rf"\g<lead>      {MARK}\g<key>: again\n",
    ),
    _kind("indentation by a tab", r"(?m)^(?:  |    |      )(?=\w+: [^|>\n])", f"{MARK}\t"),
    _kind(
        "unclosed quotation mark",
        r"""(?m)^(\s+(?:description|pool|code_version|cron|target): )["']?([^"'\n]*)["']?$""",
        rf'\1{MARK}"\2',
        rf"\1{MARK}'\2",
    ),
    _kind("unclosed bracket", r"(?m)^(\s+(?:deps|owners|kinds|additional_deps): )(\[.*)\]$", rf"\1{MARK}\2"),
    _kind("unclosed brace", r"(?m)^(\s+(?:tags|freshness): )(\{.*)\}$", rf"\1{MARK}\2"),
    _kind("closed by nothing", r"(?m)^(\s+(?:deps|owners|kinds): \[.*\])$", rf"\1{MARK}]"),
    _kind(
        "no colon after a name",
        r"(?m)^(    (?:  )?)(name|pool|group|deps|blocking|start|asset): (?=[^|>\n])",
        rf"\1{MARK}\2 ",
    ),
    _kind(
        "no colon before lines", r"(?m)^( +)(execution|assets|partitions|metadata|post_processing):$", rf"\1{MARK}\2"
    ),
    _kind("no space after a colon", r"(?m)^(    (?:  )?)(name|pool|group|blocking|asset): (?=\w)", rf"\1\2{MARK}:"),
    _kind("no space after a dash", r"(?m)^    - (?=key|name|target)", f"    {MARK}-"),
    _kind("indented too far", r"(?m)^(      )(?=group|deps|asset|blocking)", rf"\1 {MARK}"),
    _kind("indented too little", r"(?m)^      (?=group|deps|asset|blocking)", f"     {MARK}"),
    _kind(
        "not indented at all",
        r"(?m)^(attributes:\n)  (execution|connection|project|job_name)(.*\n)((?: .*\n)*)",
        "dedent",
    ),
    _value("text with a colon", "description", "Orders: all of them", "see note: below"),
    _value("text that begins with a special character", "description|pool|code_version", "@daily", "%done", "`code`"),
    _kind("unknown alias", r"(?m)^(\s+(?:tags|deps|owners|metadata|partitions): )(?=\S).*$", rf"\1{MARK}*defaults"),
    _value("unknown tag", "description|pool|code_version", "!secret token", "!!python/name:os.system x"),
    _kind("byte that is not UTF-8", r"(?m)^(\s+description: .*?)(?=[.'\"]+$)", rf"\1{MARK}\\udce9"),
    _kind("control character", r"(?m)^(\s+description: \S*)", rf"\1{MARK}\\x07"),
    _kind("list for a document", r"(?s)\A(type: .*)\Z", "listed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file with one mistake."""

    kind: str
    data: bytes
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was told of a file first."""

    code: str
    message: str
    line: int | None
    column: int | None


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many files of one kind there are, and how they fared."""

    files: int = 0
    found: int = 0
    exact: int = 0


def valid_text(luck: random.Random) -> str:
    """A valid file."""
    words = {name: luck.choice(choices) for name, choices in WORDS.items()}
    return Template(luck.choice(BASES)).substitute(words)


def broken_files(count: int = BROKEN, *, seed: int = SEED) -> list[Broken]:
    """Broken files, of all kinds in turn; the same ones each time."""
    luck = random.Random(seed)
    return [broken(KINDS[index % len(KINDS)], luck) for index in range(count)]


def broken(kind: Kind, luck: random.Random) -> Broken:
    """A valid file with one mistake of a kind."""
    for _ in range(1000):
        text = valid_text(luck)
        matches = list(re.finditer(kind.pattern, text))
        if not matches:
            continue
        found = luck.choice(matches)
        marked = text[: found.start()] + _instead(found, luck.choice(kind.instead), luck) + text[found.end() :]
        marked = luck.choice(PRELUDES) + marked
        before, _, after = marked.partition(MARK)
        return Broken(
            kind=kind.name,
            data=(before + after).encode("utf-8", "surrogateescape"),
            line=before.count("\n") + 1,
            column=len(before) - before.rfind("\n"),
        )
    raise LookupError(f"no base has a place for {kind.name!r}")


def _instead(found: re.Match[str], written: str, luck: random.Random) -> str:
    """What stands in the text instead of what was found."""
    if written == MISSPELLED:
        start, end = (at - found.start() for at in found.span("name"))
        whole, name = found[0], found["name"]
        # A type is one name with its package: it is pointed at as a whole.
        mark = whole.index(" ") + 1 if whole.startswith("type: ") else start
        return whole[:mark] + MARK + whole[mark:start] + misspelled(name, luck) + whole[end:]
    if written == "dedent":
        first, *rest = (found[2] + found[3] + found[4]).splitlines(keepends=True)
        return found[1] + MARK + first + "".join(line.removeprefix("  ") for line in rest)
    if written == "listed":
        first, *rest = found[1].splitlines(keepends=True)
        return f"{MARK}- {first}" + "".join(f"  {line}" for line in rest)
    return found.expand(written.replace(r"\\udce9", "\udce9").replace(r"\\x07", "\x07"))


def misspelled(name: str, luck: random.Random) -> str:
    """A name with one slip of the fingers in it: a letter is left out, doubled, swapped or another.

    >>> misspelled("group", random.Random(1)) != "group"
    True
    """
    while True:
        at = luck.randrange(1, len(name) - 1)
        slipped = luck.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + name[at] + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                name[:at] + luck.choice("aeinrst") + name[at + 1 :],
            )
        )
        if slipped != name:
            return slipped


def write_project(root: Path, files: Mapping[str, bytes]) -> None:
    """A project that holds each of these files in a folder of its own, with what they point to beside them."""
    for path, text in PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    for name, data in files.items():
        folder = root / "src" / "shop" / "defs" / name
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "defs.yaml").write_bytes(data)
        for path, text in BESIDE.items():
            (folder / path).write_text(text, encoding="utf-8")


def corpus(cases: Sequence[Broken], *, valid: int = VALID, seed: int = SEED) -> dict[str, bytes]:
    """The files of the project, by the names of their folders."""
    luck = random.Random(seed + 1)
    files = {f"valid_{number:03}": (luck.choice(PRELUDES) + valid_text(luck)).encode() for number in range(valid)}
    return files | {f"broken_{number:03}": case.data for number, case in enumerate(cases)}


def first_answers(told: Iterable[tuple[str, Answer]]) -> dict[str, Answer]:
    """Of each folder, what comes first in its file."""
    answers: dict[str, Answer] = {}
    for name, answer in told:
        first = answers.get(name)
        if first is None or _place(answer) < _place(first):
            answers[name] = answer
    return answers


def _place(answer: Answer) -> tuple[int, int]:
    return answer.line or 0, answer.column or 0


def _check(root: Path) -> Iterator[tuple[str, Answer]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOP_")}
    done = subprocess.run(
        [*TREADLE, "check", "--json"], cwd=root, env=environment | ENVIRONMENT, capture_output=True, text=True
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(f"treadle check ended with {done.returncode}:\n{done.stderr[-4000:]}")
    for told in json.loads(done.stdout)["diagnostics"]:
        place = {name: told[name] for name in ("code", "message", "line", "column")}
        yield Path(told["file"]).parent.name, Answer(**place)


def main() -> None:
    """Make the project, check it, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="an empty folder to leave the project in")
    keep = parser.parse_args().keep
    cases = broken_files()
    with scratch() as folder:
        root = keep or folder
        write_project(root, corpus(cases))
        answers = first_answers(_check(root))
    _report(cases, answers)


def _report(cases: Sequence[Broken], answers: Mapping[str, Answer]) -> None:
    kinds: dict[str, Tally] = defaultdict(Tally)
    lines: list[str] = []
    for number, case in enumerate(cases):
        answer = answers.get(f"broken_{number:03}")
        is_exact = answer is not None and _place(answer) == (case.line, case.column)
        tally = kinds[case.kind]
        tally.files += 1
        tally.found += answer is not None
        tally.exact += is_exact
        if not is_exact:
            said = f"{answer.line}:{answer.column} {answer.code} {answer.message}" if answer else "nothing"
            lines.append(f"  broken_{number:03} {case.kind}: expected at {case.line}:{case.column}, told {said}")
    alarms = [f"{name}: {answer}" for name, answer in sorted(answers.items()) if not name.startswith("broken_")]
    print(f"  {'':<50} {'files':>5} {'found':>6} {'exact':>6}")
    for kind, tally in kinds.items():
        print(f"  {kind:<50} {tally.files:>5} {tally.found:>6} {tally.exact:>6}")
    found, exact = (sum(getattr(tally, what) for tally in kinds.values()) for what in ("found", "exact"))
    print(f"\n{len(kinds)} kinds, {len(cases)} broken files: found {found / len(cases):.1%}", end="")
    print(f", first place exact {exact / len(cases):.1%}; {VALID} valid files: {len(alarms)} false alarms")
    print(*lines, *alarms, sep="\n")
    figures = {
        "title": "seeded faults",
        "seed": SEED,
        "broken": len(cases),
        "valid": VALID,
        "found": found,
        "exact": exact,
        "false_alarms": alarms,
        "kinds": {kind: asdict(tally) for kind, tally in kinds.items()},
        "missed": lines,
    }
    write_results(figures)


if __name__ == "__main__":
    main()
