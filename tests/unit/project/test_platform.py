"""What a platform offers to a project, who may use it, and everything that is wrong with either."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import CommandLine, MakeProject
from tests.pages import DOCS, blocks
from treadle.ir import FromCommand, FromEnvironment, FromFile, FromOidcClient, FromTokenExchange
from treadle.project import check, load

SCRIPT = """type: treadle.PythonScript
attributes:
  execution: {path: s.py%s}
  assets:
    - {key: a%s}
"""


def script(uses: str = "", asset: str = "") -> str:
    return SCRIPT % (uses and f", {uses}", asset and f", {asset}")


def told(project: CommandLine, *, build: bool = False) -> list[tuple[str, str, int, str, str]]:
    """What is wrong with a project: code, file, line, message, remedy."""
    found = load(project.folder).diagnostics if build else check(project.folder).diagnostics
    return [
        (
            each.code,
            each.span.file.name if each.span else "",
            each.span.line if each.span else 0,
            each.message,
            each.fix,
        )
        for each in found
    ]


def offering(make_project: MakeProject, compute: str = "", credentials: str = "", **files: str) -> CommandLine:
    """A project with these files of a platform, and one script."""
    texts = {"/compute.yaml": compute, "/credentials.yaml": credentials}
    given = {path: textwrap.dedent(text) for path, text in texts.items() if text}
    return make_project({"x/defs.yaml": script(), "x/s.py": "", **given, **files})


def test_a_platform_is_what_its_files_say(make_project: MakeProject) -> None:
    """
    Profiles and credentials are read with their amounts, their providers and where they are written.
    """
    project = offering(
        make_project,
        """\
        small: {cpus: 0.5, memory: 2GB, max_duration: 30m, environment: {DEBUG: true, N: 3}}
        big:
          launcher: slurm
          memory: 512MiB
          gpus: 2
          resources: {tpu: 1}
          queue: research
          cost_per_hour: 2.5
          allowed: group:research
        """,
        """\
        variable: {provider: environment, variable: TOKEN, description: Opens it}
        file: {provider: file, path: keys/token}
        command: {provider: command, command: [pass, show, it]}
        client: {provider: oidc_client, issuer: "https://login.example.com", client_id: lab, client_secret: file}
        exchange: {provider: token_exchange, issuer: "http://localhost:1", client_id: lab, subject: client, audience: x}
        """,
    )
    loaded = load(project.folder)
    assert () == loaded.diagnostics
    small, big = loaded.graph.platform.compute["small"], loaded.graph.platform.compute["big"]
    assert (0.5, 2_000_000_000, 1800.0) == (small.cpus, small.memory, small.max_duration)
    assert {"DEBUG": "true", "N": "3"} == dict(small.environment)
    assert ("slurm", 512 * 1024**2, 2, "research", 2.5, "group:research") == (
        big.launcher,
        big.memory,
        big.gpus,
        big.queue,
        big.cost_per_hour,
        big.allowed,
    )
    assert big.origin is not None
    assert f"{project.folder / 'compute.yaml'}:2:1" == str(big.origin.span)
    assert {
        "variable": FromEnvironment(variable="TOKEN"),
        "file": FromFile(path=project.folder / "keys" / "token"),
        "command": FromCommand(command=("pass", "show", "it")),
        "client": FromOidcClient(issuer="https://login.example.com", client_id="lab", client_secret="file"),
        "exchange": FromTokenExchange(issuer="http://localhost:1", client_id="lab", subject="client", audience="x"),
    } == {name: each.provider for name, each in loaded.graph.platform.credentials.items()}


MISTAKES = {
    "unknown-attribute": ("small: {cpu: 1}", "TRD203", "unknown attribute 'cpu'", "did you mean 'cpus'?"),
    "unknown-launcher": (
        "small: {launcher: slrm}",
        "TRD204",
        "launcher: expected 'local', 'ray', 'kubernetes' or 'slurm', found text 'slrm'",
        "did you mean 'slurm'?",
    ),
    "no-memory": ("small: {memory: lots}", "TRD204", "memory: ", ""),
    "no-unit": ("small: {memory: 2G}", "TRD204", "memory: '2G' is not an amount of memory", ""),
    "no-duration": ("small: {max_duration: soon}", "TRD204", "max_duration: ", ""),
    "no-time": ("small: {max_duration: 0}", "TRD204", "max_duration: ", ""),
    "no-number": ("small: {cpus: many}", "TRD204", "cpus: expected a number", ""),
    "odd-variable": ("small: {environment: {a-b: c}}", "TRD204", "the name 'a-b' in environment", ""),
    "unreadable-rule": ('small: {allowed: "group:"}', "TRD204", "allowed: ", ""),
    "unknown-term": ('small: {allowed: "grup:x"}', "TRD204", "allowed: ", ""),
    "lineage": ('small: {allowed: "+a"}', "TRD204", "allowed: '+a' can't say who may use something", ""),
    "no-profile": ("small: 3", "TRD204", "expected a mapping", ""),
    "nothing": ("small:", "TRD204", "expected a mapping", ""),
    "no-mapping": ("- small", "TRD523", "compute.yaml is written as a mapping", "write the name of a compute profile"),
    "odd-name": ("'a b': {cpus: 1}", "TRD523", "a compute profile can't be called 'a b'", "write letters"),
    "number-for-name": ("1: {cpus: 1}", "TRD523", "a compute profile can't be called 1", "write letters"),
    "template": ('small: {queue: "{{ env.Q }}"}', "TRD523", "'queue' can't be a template", "write the value itself"),
    "twice": ("small: {cpus: 1}\nsmall: {cpus: 2}", "TRD109", "the key 'small' is given twice", ""),
    "no-yaml": ("small: {cpus: 1", "TRD106", "", ""),
    "without-effect": ("small: {image: x}", "TRD216", "the attribute 'image' has no effect", "remove 'image'"),
}


@pytest.mark.parametrize(("text", "code", "message", "fix"), MISTAKES.values(), ids=MISTAKES)
@pytest.mark.parametrize("build", [False, True], ids=["check", "load"])
def test_a_mistake_in_a_profile_is_told(
    make_project: MakeProject, text: str, code: str, message: str, fix: str, build: bool
) -> None:
    """
    Whatever is wrong in compute.yaml is told with its place, by the check and by loading alike, and nothing else.
    """
    [(found, file, line, said, remedy)] = told(offering(make_project, text), build=build)
    assert (code, "compute.yaml") == (found, file)
    assert line in (1, 2)
    assert said.startswith(message)
    assert remedy.startswith(fix)


CREDENTIALS = {
    "no-provider": ("w: {variable: X}", "TRD205", "missing attribute 'provider'"),
    "unknown-provider": (
        "w: {provider: enviroment, variable: X}",
        "TRD204",
        "provider: expected 'environment', 'file', 'command'",
    ),
    "another's-attribute": ("w: {provider: file, variable: X, path: x}", "TRD203", "unknown attribute 'variable'"),
    "missing": ("w: {provider: environment}", "TRD205", "missing attribute 'variable'"),
    "command-as-text": ("w: {provider: command, command: pass show}", "TRD204", "command: expected a list"),
    "in-the-clear": (
        "w: {provider: oidc_client, issuer: 'http://example.com', client_id: x, client_secret: y}\n"
        "y: {provider: environment, variable: Y}",
        "TRD204",
        "issuer: 'http://example.com' would send secrets in the clear",
    ),
    "needs-nothing-that-is": (
        "w: {provider: oidc_client, issuer: 'https://example.com', client_id: x, client_secret: y}",
        "TRD521",
        "there is no credential 'y'",
    ),
    "needs-itself": (
        "w: {provider: token_exchange, issuer: 'https://example.com', client_id: x, subject: w}",
        "TRD524",
        "the credential 'w' is made with itself",
    ),
}


@pytest.mark.parametrize(("text", "code", "message"), CREDENTIALS.values(), ids=CREDENTIALS)
@pytest.mark.parametrize("build", [False, True], ids=["check", "load"])
def test_a_mistake_in_a_credential_is_told(
    make_project: MakeProject, text: str, code: str, message: str, build: bool
) -> None:
    """
    The same for credentials.yaml.
    """
    [(found, file, _, said, _)] = told(offering(make_project, credentials=text), build=build)
    assert (code, "credentials.yaml") == (found, file)
    assert said.startswith(message)


def test_a_file_with_another_ending_is_told(make_project: MakeProject) -> None:
    """
    compute.yml isn't read, and nobody has to find that out alone.
    """
    project = offering(make_project, **{"/compute.yml": OFFER})
    for build in (False, True):
        assert [("TRD523", "compute.yml", "nobody reads 'compute.yml'")] == [
            (code, file, message) for code, file, _, message, _ in told(project, build=build)
        ]


def test_all_mistakes_are_told_at_once(make_project: MakeProject) -> None:
    """
    Each profile and each credential is looked at, whatever is wrong with the others.
    """
    project = offering(
        make_project,
        "a: {cpu: 1}\nb: {memory: x, gpus: y}\nc: {cpus: 1}\n",
        "d: {provider: x}\ne: {provider: file, path: y}\n",
    )
    found = [(file, line) for _, file, line, _, _ in told(project)]
    assert [("compute.yaml", 1), ("compute.yaml", 2), ("compute.yaml", 2), ("credentials.yaml", 1)] == found
    assert told(project) == told(project, build=True)


OFFER = """
small: {cpus: 1}
big: {cpus: 8, allowed: "group:research"}
mine: {cpus: 2, allowed: "path:x"}
"""
SECRETS = """
warehouse: {provider: environment, variable: W}
lake: {provider: environment, variable: L, allowed: 'owner:"team:data"'}
"""


@pytest.mark.parametrize("build", [False, True], ids=["check", "load"])
@pytest.mark.parametrize(
    ("uses", "message", "fix"),
    [
        pytest.param("compute: smal", "there is no compute profile 'smal'", "did you mean 'small'?", id="profile"),
        pytest.param(
            "credentials: [warehouse, wharehouse]",
            "there is no credential 'wharehouse'",
            "did you mean 'warehouse'?",
            id="credential",
        ),
        pytest.param("compute: zzz", "there is no compute profile 'zzz'", "see `treadle list compute`", id="far-off"),
    ],
)
def test_a_name_that_nobody_offers_is_told_where_it_is_written(
    make_project: MakeProject, uses: str, message: str, fix: str, build: bool
) -> None:
    """
    The line of the component's file is named, with what was meant.
    """
    project = offering(make_project, OFFER, SECRETS, **{"x/defs.yaml": script(uses)})
    assert [("TRD521", "defs.yaml", 3, message, fix)] == told(project, build=build)


@pytest.mark.parametrize(
    ("uses", "asset", "fix"),
    [
        pytest.param("compute: big", "group: shop", "it may use mine, small", id="group"),
        pytest.param("compute: big", "", "it may use mine, small", id="no-group"),
        pytest.param("credentials: [lake]", "owners: ['team:x']", "it may use warehouse", id="owner"),
    ],
)
def test_what_is_not_allowed_is_told_with_what_is(make_project: MakeProject, uses: str, asset: str, fix: str) -> None:
    """
    The check tells it by the file alone, loading tells the same, and together they tell it once.
    """
    project = offering(make_project, OFFER, SECRETS, **{"x/defs.yaml": script(uses, asset)})
    for build in (False, True):
        assert [("TRD522", "defs.yaml", 3, fix)] == [each[:3] + each[4:] for each in told(project, build=build)]
    answer = project("check", "--build", "--json")
    assert ["TRD522"] == [each["code"] for each in answer.json["diagnostics"]]


@pytest.mark.parametrize(
    ("uses", "asset"),
    [
        pytest.param("compute: big", "group: research", id="group"),
        pytest.param("compute: mine", "", id="path"),
        pytest.param("credentials: [lake]", "owners: ['team:data', 'team:x']", id="owner"),
        pytest.param("compute: small, credentials: [warehouse]", "", id="for-all"),
    ],
)
def test_what_is_allowed_is_no_mistake(make_project: MakeProject, uses: str, asset: str) -> None:
    """
    A step whose assets are all in the selection may use it.
    """
    project = offering(make_project, OFFER, SECRETS, **{"x/defs.yaml": script(uses, asset)})
    assert ([], []) == (told(project), told(project, build=True))


TAGGED = """from treadle import Component, Definitions
from treadle.components import AssetAttributes, ExecutionAttributes, declare


class Tagged(Component):
    \"\"\"Makes an asset that its type says more of.\"\"\"

    execution: ExecutionAttributes = ExecutionAttributes()
    assets: list[AssetAttributes]

    def build_defs(self, context):
        said = [AssetAttributes(key=each.key, group="GROUP") for each in self.assets]
        return declare(context, assets=said, checks=[], execution=self.execution, name="s", run=print)
"""


@pytest.mark.parametrize(("group", "codes"), [("research", []), ("shop", ["TRD522"])])
def test_what_a_type_says_of_its_assets_is_known_once_it_is_built(
    make_project: MakeProject, group: str, codes: list[str]
) -> None:
    """
    The check leaves open what the component type may add; loading tells exactly.
    """
    project = offering(
        make_project,
        OFFER,
        **{
            "/src/p/components/__init__.py": "",
            "/src/p/components/tagged.py": TAGGED.replace("GROUP", group),
            "x/defs.yaml": "type: p.components.tagged.Tagged\n"
            "attributes:\n  execution: {compute: big}\n  assets: [{key: a}]\n",
        },
    )
    assert [] == told(project)
    assert codes == [each[0] for each in told(project, build=True)]


def test_a_type_s_own_field_names_profiles(make_project: MakeProject) -> None:
    """
    The type that the reference shows says which of its attributes names a profile; the check finds what isn't there.
    """
    page = (DOCS / "reference" / "platform.md").read_text(encoding="utf-8")
    [shown] = [each.text for each in blocks(page) if each.language == "python"]
    document = "type: p.components.training.Training\nattributes:\n  machine: %s\n  secrets: [warehouse]\n"
    project = offering(
        make_project,
        OFFER,
        SECRETS,
        **{
            "/src/p/components/__init__.py": "",
            "/src/p/components/training.py": shown,
            "x/defs.yaml": document % "smal",
        },
    )
    for build in (False, True):
        assert [("TRD521", "defs.yaml", 3)] == [each[:3] for each in told(project, build=build)]
    (project.folder / "src/p/defs/x/defs.yaml").write_text(document % "big", encoding="utf-8")
    assert ([], ["TRD522"]) == (told(project), [each[0] for each in told(project, build=True)])


def test_post_processing_may_make_it_allowed(make_project: MakeProject) -> None:
    """
    Where rules of the document, or of a folder above, change assets, the check leaves the question open.
    """
    rule = "post_processing:\n  assets:\n    - {target: '*', attributes: {group: research}}\n"
    own = offering(make_project, OFFER, **{"x/defs.yaml": script("compute: big") + rule})
    assert ([], []) == (told(own), told(own, build=True))
    folder = make_project(
        {
            "/compute.yaml": OFFER,
            "f/defs.yaml": "type: treadle.DefsFolder\n" + rule,
            "f/x/defs.yaml": script("compute: big"),
            "f/x/s.py": "",
        },
        name="folder",
    )
    assert ([], []) == (told(folder), told(folder, build=True))


def test_a_template_is_left_open_until_it_is_rendered(make_project: MakeProject) -> None:
    """
    A name, or a group, that a template gives is known once everything is built; the template's line is named.
    """
    project = offering(
        make_project,
        OFFER,
        **{
            "x/defs.yaml": script("compute: \"{{ 'sm' ~ 'al' }}\""),
            "y/defs.yaml": script("compute: big", "group: \"{{ 'research' }}\"").replace("key: a", "key: b"),
            "y/s.py": "",
        },
    )
    assert [] == told(project)
    assert [("TRD521", "defs.yaml", 3)] == [each[:3] for each in told(project, build=True)]


def test_a_broken_profile_is_told_once(make_project: MakeProject) -> None:
    """
    That a profile has a mistake is no reason to tell everybody who uses it that there is none.
    """
    project = offering(make_project, "small: {cpus: x}", **{"x/defs.yaml": script("compute: small")})
    for build in (False, True):
        assert [("TRD204", "compute.yaml")] == [each[:2] for each in told(project, build=build)]
    answer = project("run", "a")
    assert (1, False) == (answer.code, "Traceback" in answer.err)
    unreadable = make_project(
        {"/compute.yaml": "small: {cpus: 1", "x/defs.yaml": script("compute: small"), "x/s.py": ""}, name="unreadable"
    )
    for build in (False, True):
        assert [("TRD106", "compute.yaml")] == [each[:2] for each in told(unreadable, build=build)]


def test_python_names_profiles_as_well(make_project: MakeProject) -> None:
    """
    What a decorated function names is looked at when the project is loaded; its line is named.
    """
    source = """\
        from treadle import asset, check

        @asset(compute="smal", credentials="lake")
        def a(): ...

        @check(asset="a", compute="big")
        def ok(): return True
        """
    project = offering(make_project, OFFER, SECRETS, **{"m.py": textwrap.dedent(source), "x/defs.yaml": script()})
    (project.folder / "src/p/defs/x/defs.yaml").write_text(script().replace("key: a", "key: b"), encoding="utf-8")
    assert [] == told(project)
    assert [("TRD521", "m.py", 3), ("TRD522", "m.py", 3), ("TRD522", "m.py", 6)] == [
        each[:3] for each in told(project, build=True)
    ]


def test_what_was_found_last_time_is_looked_at_again_when_the_platform_changes(make_project: MakeProject) -> None:
    """
    A check that remembers its answers reads nothing twice, and notices that a profile is gone.
    """
    project = offering(make_project, OFFER + "odd: {cpu: 1}\n", SECRETS, **{"x/defs.yaml": script("compute: small")})
    for path, _, files in os.walk(project.folder):
        for each in (path, *(os.path.join(path, file) for file in files)):
            os.utime(each, (1_000_000_000, 1_000_000_000))
    first = told(project)
    assert [("TRD203", "compute.yaml", 5)] == [each[:3] for each in first]
    imports = "from treadle.project import check; check('.'); import sys; print('pydantic' in sys.modules)"
    again = subprocess.run([sys.executable, "-c", imports], cwd=project.folder, capture_output=True, text=True)
    assert ("False\n", first) == (again.stdout, told(project))
    (project.folder / "compute.yaml").write_text(OFFER.replace("small", "tiny"), encoding="utf-8")
    assert ["TRD521"] == [each[0] for each in told(project)]
    (project.folder / "src/p/defs/x/defs.yaml").write_text(script("compute: tiny"), encoding="utf-8")
    assert [] == told(project)


# Running


def test_a_run_of_what_is_not_allowed_does_not_begin(make_project: MakeProject) -> None:
    """
    What doesn't use it runs; what does is refused before anything is recorded.
    """
    project = offering(
        make_project,
        OFFER,
        **{
            "x/defs.yaml": script("compute: big"),
            "y/defs.yaml": script("compute: small").replace("key: a", "key: b"),
            "y/s.py": "",
        },
    )
    refused = project("run", "a")
    assert (1, 1) == (refused.code, refused.err.count("TRD522"))
    assert "it may use mine, small" in refused.err
    assert 1 == project("run").code
    assert 0 == project("run", "b").code
    assert 1 == len(project("runs", "list", "--json").json)


def test_listings_tell_what_there_is_and_who_uses_it(make_project: MakeProject) -> None:
    """
    Profiles and credentials are listed with their rules and the steps that name them, and no value is.
    """
    project = offering(
        make_project,
        OFFER
        + "gpu: {launcher: slurm, gpus: 4, memory: 64GB, max_duration: 12h, cost_per_hour: 9.6, description: Node}",
        "warehouse: {provider: environment, variable: W}\nvault: {provider: command, command: [pass, s3cret]}\n",
        **{"x/defs.yaml": script("compute: small, credentials: [warehouse]")},
    )
    listed = {each["name"]: each for each in project("list", "compute", "--json", env={"W": "hush"}).json}
    assert ["big", "gpu", "mine", "small"] == list(listed)
    assert (["x:s"], "compute.yaml", 2) == (
        listed["small"]["steps"],
        Path(listed["small"]["file"]).name,
        listed["small"]["line"],
    )
    table = project("list", "compute", env={"COLUMNS": "200"}).out
    assert "gpu      slurm     64 GB, 4 GPUs, 12 h  9.6" in table
    answers = [project("list", "credentials", *more, env={"W": "hush"}) for more in ((), ("--json",))]
    assert "environment W" in answers[0].out
    assert [("vault", "pass", []), ("warehouse", "W", ["x:s"])] == [
        (each["name"], each["source"], each["steps"]) for each in answers[1].json
    ]
    for answer in answers:
        assert (0, False, False) == (answer.code, "hush" in answer.out, "s3cret" in answer.out)


def test_a_project_without_a_platform_says_how_to_have_one(make_project: MakeProject) -> None:
    """
    Empty listings name the files.
    """
    project = offering(make_project)
    assert "compute.yaml" in project("list", "compute").out
    assert "credentials.yaml" in project("list", "credentials").out


# Packages


def package(folder: Path, entry: str, files: Mapping[str, str]) -> dict[str, str]:
    """The environment in which a package `lab` with this entry point and these files is installed."""
    texts = {
        "lab-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: lab\nVersion: 1\n",
        "lab-1.dist-info/entry_points.txt": f"[treadle.platform]\nlab = {entry}\n",
        "lab/__init__.py": "raise SystemExit('imported')\n",
        **files,
    }
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def codes(project: CommandLine, env: Mapping[str, str], *more: str) -> list[str]:
    answer = project("check", "--json", *more, env=env)
    return [each["code"] for each in answer.json["diagnostics"]]


def test_a_package_offers_by_files_and_is_not_imported_for_it(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A package's profiles are the project's; a project adds some of its own.
    """
    env = package(tmp_path / "installed", "lab", {"lab/compute.yaml": "lab: {cpus: 1, allowed: 'path:x'}\n"})
    project = offering(make_project, OFFER, **{"x/defs.yaml": script("compute: lab")})
    assert ([], []) == (codes(project, env), codes(project, env, "--build"))
    listed = project("list", "compute", "--json", env=env).json
    assert ["big", "lab", "mine", "small"] == [each["name"] for each in listed]
    assert 0 == project("run", env=env).code


def test_a_project_does_not_redefine_what_a_package_offers(make_project: MakeProject, tmp_path: Path) -> None:
    """
    A name that a package offers is told, at the project's line, and stays the package's.
    """
    env = package(tmp_path / "installed", "lab", {"lab/compute.yaml": "small: {cpus: 1, allowed: 'group:research'}\n"})
    project = offering(make_project, OFFER, **{"x/defs.yaml": script("compute: small")})
    answer = project("check", "--json", env=env)
    assert [("TRD520", "compute.yaml", 2), ("TRD522", "defs.yaml", 3)] == [
        (each["code"], Path(each["file"]).name, each["line"]) for each in answer.json["diagnostics"]
    ]


@pytest.mark.parametrize(
    ("entry", "files"),
    [
        pytest.param("lab", {}, id="no-files"),
        pytest.param("lab.inner", {}, id="no-such-folder"),
        pytest.param("lob", {}, id="no-such-package"),
        pytest.param("lab:platform", {}, id="import-ends-the-process"),
        pytest.param("lab:platform", {"lab/__init__.py": "platform = 3\n"}, id="another-thing"),
        pytest.param("lab:platform", {"lab/__init__.py": ""}, id="no-such-name"),
    ],
)
def test_a_package_whose_platform_cannot_be_used_is_told(
    make_project: MakeProject, tmp_path: Path, entry: str, files: Mapping[str, str]
) -> None:
    """
    One mistake is told, and nothing of the names that the package may have had.
    """
    env = package(tmp_path / "installed", entry, files)
    project = offering(make_project, **{"x/defs.yaml": script("compute: lab")})
    assert ["TRD525"] == codes(project, env, "--build")


def test_a_package_offers_records_made_in_python(make_project: MakeProject, tmp_path: Path) -> None:
    """
    The check, which imports nothing, leaves open what they are called; everything else knows it.
    """
    made = (
        "from treadle.ir import ComputeProfile, Platform\n"
        "platform = Platform(compute={'lab': ComputeProfile(name='lab', allowed='group:research')})\n"
    )
    env = package(tmp_path / "installed", "lab:platform", {"lab/__init__.py": made})
    project = offering(make_project, **{"x/defs.yaml": script("compute: lab")})
    assert ([], ["TRD522"]) == (codes(project, env), codes(project, env, "--build"))
    assert ["lab"] == [each["name"] for each in project("list", "compute", "--json", env=env).json]
