"""Notebooks run as steps: a real kernel executes them, and what came of each is kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import Answer, CommandLine, MakeProject

pytestmark = pytest.mark.xdist_group("notebooks")  # kernels at once would be starved on a small machine

TRAIN = """# %% [markdown]
# # Training

# %% tags=["parameters"]
rate: float = 0.1  # how fast it learns
epochs = 2

# %%
import treadle.notebook as tn

for epoch in range(epochs):
    print("epoch", epoch)
    tn.metric("loss", rate / (epoch + 1), step=epoch)

# %%
tn.check("loss_is_finite", True, description="it is")
tn.materialize("models/churn", rows=3, metadata={"seen": tn.context.experiment, "by": tn.context.parameters["rate"]})
"""
YAML = """type: treadle.Notebook
attributes:
  path: train.py
  assets:
    - key: models/churn
    - key: reports/churn
  checks:
    - {name: loss_is_finite, asset: models/churn}
  parameters: {rate: 0.5}
  context: {experiment: alpha}
"""


def notebook(*sources: str, tags: tuple[str, ...] = ()) -> str:
    """An `.ipynb` file of code cells; `tags` are those of the first."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {"tags": list(tags)} if tags and number == 0 else {},
            "source": source.splitlines(keepends=True),
            "outputs": [],
            "execution_count": None,
        }
        for number, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def one_asset(path: str = "n.ipynb", *, more: str = "") -> str:
    return f"type: treadle.Notebook\nattributes:\n  path: {path}\n  assets: [{{key: report}}]\n{more}"


def run(project: CommandLine) -> tuple[Answer, dict[str, object]]:
    answer = project("run", "--json")
    return answer, answer.json


def artifact(project: CommandLine, suffix: str) -> Path:
    [found] = (project.folder / ".treadle" / "runs").glob(f"*/*/attempt-1/*{suffix}")
    return found


def test_a_notebook_materializes_and_checks_what_its_component_declares(make_project: MakeProject) -> None:
    """
    Parameters of the YAML are set below those of the notebook; what the notebook reports is recorded; metrics are
    metadata of what is materialized after them; assets that it says nothing of are materialized at its end.
    """
    project = make_project({"train/defs.yaml": YAML, "train/train.py": TRAIN})
    answer, said = run(project)
    assert 0 == answer.code, answer.err
    materialized = {each["asset"]: each["metadata"] for each in said["materializations"]}  # type: ignore[attr-defined]
    assert {"rows": 3, "seen": "alpha", "by": 0.5, "loss": 0.25}.items() <= materialized["models/churn"].items()
    assert 0.25 == materialized["reports/churn"]["loss"]
    assert [("loss_is_finite", True, "it is")] == [
        (each["check"], each["passed"], each["description"])
        for each in said["checks"]  # type: ignore[attr-defined]
    ]
    executed = json.loads(artifact(project, ".ipynb").read_text(encoding="utf-8"))
    assert ["rate = 0.5"] == [
        "".join(each["source"])
        for each in executed["cells"]
        if "injected-parameters" in each["metadata"].get("tags", ())
    ]
    assert str(artifact(project, ".ipynb")) == materialized["models/churn"]["notebook"]
    page = artifact(project, ".html").read_text(encoding="utf-8")
    assert "epoch 1" in page
    assert "default-src 'none'" in page
    shown = project("runs", "show", str(said["id"])).out
    assert f"→ {artifact(project, '.html').relative_to(project.folder)}" in shown
    logs = project("runs", "logs", str(said["id"])).out
    assert ["cell 2 of 4", "cell 3 of 4", "cell 4 of 4"] == re.findall(r"cell \d of \d", logs)
    assert "loss = 0.25 at step 1" in logs


def test_a_notebook_that_calls_sys_exit_is_done(make_project: MakeProject) -> None:
    """
    As a script would be: cells below aren't executed, and its assets are there; with a code it has failed.
    """
    files = {
        "a/defs.yaml": one_asset(),
        "a/n.ipynb": notebook("import sys", "sys.exit()", "1 / 0"),
        "b/defs.yaml": one_asset().replace("report", "other"),
        "b/n.ipynb": notebook("import sys", "sys.exit(3)"),
    }
    answer, said = run(make_project(files))
    assert 3 == answer.code
    assert {"a:n": "succeeded", "b:n": "failed"} == {each["step"]: each["status"] for each in said["steps"]}  # type: ignore[attr-defined]
    assert ["report"] == [each["asset"] for each in said["materializations"]]  # type: ignore[attr-defined]


def test_the_kernel_of_its_authors_machine_is_not_needed(make_project: MakeProject) -> None:
    """
    A Python notebook runs with the project's own interpreter, whatever its kernel was called elsewhere; one in another
    language needs that kernel.
    """
    files = {}
    for language, key in (("python", "report"), ("R", "other")):
        named = {"kernelspec": {"name": f"conda-{language}-lab", "language": language, "display_name": "Lab"}}
        document = {**json.loads(notebook("1")), "metadata": named}
        files |= {f"{key}/n.ipynb": json.dumps(document), f"{key}/defs.yaml": one_asset().replace("report", key)}
    _, said = run(make_project(files))
    errors = {each["step"]: each["error"] for each in said["steps"]}  # type: ignore[attr-defined]
    assert "" == (errors["report:n"] or "")
    assert "there is no Jupyter kernel 'conda-R-lab' on this machine" in errors["other:n"]


def test_a_parameters_cell_may_hold_commands_to_ipython(make_project: MakeProject) -> None:
    """
    They are passed over, and the lines of what is below them stay what they are.
    """
    cell = "%matplotlib inline\n!pip --version\nrows: int = 1"
    files = {
        "n/defs.yaml": one_asset(more="  parameters: {rows: x}\n"),
        "n/n.ipynb": notebook(cell, tags=("parameters",)),
    }
    [told] = make_project(files)("check", "--build", "--json").json["diagnostics"]
    assert "the parameter 'rows' has to be int, and is 'x'" == told["message"]


FAILURES = [
    pytest.param(
        {"n.ipynb": notebook("a = 1", "b = 2\nraise ValueError('no data')")},
        one_asset(),
        "n.ipynb, cell 2, line 2: ValueError: no data, in: raise ValueError('no data')",
        id="a cell that raises",
    ),
    pytest.param(
        {"n.py": "# %%\na = 1\n\n# %%\n# more\n1 / 0\n"},
        one_asset("n.py"),
        "n.py:6 (cell 2): ZeroDivisionError: division by zero, in: 1 / 0",
        id="of a text notebook",
    ),
    pytest.param(
        {"n.md": "# Report\n\nText.\n\n```python\nundefined\n```\n"},
        one_asset("n.md"),
        "n.md:6 (cell 2): NameError: name 'undefined' is not defined, in: undefined",
        id="of a Markdown notebook",
    ),
    pytest.param(
        {"n.ipynb": notebook("a = = 1")},
        one_asset(),
        "n.ipynb, cell 1, line 1: SyntaxError: invalid syntax, in: a = = 1",
        id="that isn't Python",
    ),
    pytest.param(
        {"n.ipynb": notebook("import os", "os.kill(os.getpid(), 9)")},
        one_asset(),
        "n.ipynb, cell 2: its kernel died: when nobody did that, the machine ran out of memory",
        id="a kernel that dies",
    ),
    pytest.param(
        {"n.ipynb": notebook("while True: pass")},
        one_asset(more="  cell_timeout: 2s\n"),
        "n.ipynb, cell 1: it took longer than the 2 s that a cell may take",
        id="a cell that never ends",
    ),
    pytest.param(
        {"n.ipynb": notebook("import time\ntime.sleep(3600)")},
        one_asset(more="  timeout: 3s\n"),
        "took longer than its timeout of 3 s",
        id="a notebook that never ends",
    ),
    pytest.param(
        {"n.ipynb": notebook("1")},
        one_asset(more="  kernel: pyton3\n"),
        "there is no Jupyter kernel 'pyton3' on this machine: did you mean 'python3'?",
        id="an unknown kernel",
    ),
    pytest.param(
        {"n.ipynb": notebook("import treadle.notebook as tn\ntn.materialize('reprt')")},
        one_asset(),
        "the step has no asset 'reprt': it has report; did you mean 'report'?",
        id="an asset that isn't declared",
    ),
    pytest.param(
        {"n.ipynb": notebook("import treadle.notebook as tn\ntn.context.experimnt")},
        one_asset(more="  context: {experiment: a}\n"),
        "n.ipynb, cell 1, line 2: AttributeError: the context has no 'experimnt': did you mean 'experiment'?, "
        "in: tn.context.experimnt",
        id="a context that isn't given",
    ),
]


@pytest.mark.parametrize(("files", "yaml", "message"), FAILURES)
def test_a_notebook_that_fails_says_where_and_why(
    make_project: MakeProject, files: dict[str, str], yaml: str, message: str
) -> None:
    """
    By the number of the cell, by the line in the file where there is one, and by what the kernel said; what was
    executed until then is kept.
    """
    project = make_project({"n/defs.yaml": yaml, **{f"n/{name}": text for name, text in files.items()}})
    answer, said = run(project)
    assert 3 == answer.code
    [step] = said["steps"]  # type: ignore[misc]
    assert message == step["error"]
    if "kernel 'pyton3'" not in message:
        assert artifact(project, ".ipynb").exists()
        assert artifact(project, ".html").exists()


def test_the_page_shows_headings_tables_and_plots_and_nothing_that_acts(make_project: MakeProject) -> None:
    """
    Markdown and tables are shown as such; scripts, frames and handlers of events that a cell gives are left out.
    """
    source = """from IPython.display import HTML, display
display(HTML("<table><thead><tr><th>yarn</th></tr></thead></table><style>b {color: red}</style>"))
display(HTML("<img src=x onerror=steal()><script>steal()</script><iframe src='https://example.com'></iframe>"))
"""
    text = f"# # Looms\n#\n# Some *text*.\n\n# %%\n{source}"
    project = make_project({"n/defs.yaml": one_asset("n.py"), "n/n.py": f"# %% [markdown]\n{text}"})
    answer, _ = run(project)
    assert 0 == answer.code, answer.err
    page = artifact(project, ".html").read_text(encoding="utf-8")
    body = page[page.index("<main") :]
    assert re.search(r"<h1 id=\"Looms\">Looms", body)
    assert "<em>text</em>" in body
    assert "<th>yarn</th>" in body
    displayed = "".join(re.findall(r'<div class="jp-RenderedHTMLCommon[^>]*>(.*?)</div>', body, re.DOTALL))
    for word in ("onerror", "<script", "<iframe", "color: red"):
        assert word not in displayed


def test_what_a_cell_prints_without_end_is_bounded(make_project: MakeProject) -> None:
    """
    The executed notebook, its page and the log keep so much of it, and say how much is left out.
    """
    source = "for _ in range(200):\n    print('x' * 500_000)"
    project = make_project({"n/defs.yaml": one_asset(), "n/n.ipynb": notebook(source, "'the end'")})
    answer, _ = run(project)
    assert 0 == answer.code, answer.err
    executed = artifact(project, ".ipynb")
    assert executed.stat().st_size < 2_000_000
    assert "99,000,200 characters more are left out here" in executed.read_text(encoding="utf-8")
    assert artifact(project, ".html").stat().st_size < 4_000_000
    log = artifact(project, ".ipynb").parent.with_suffix(".log")
    assert log.stat().st_size < 11_000_000


MISTAKES = [
    pytest.param({"n.ipynb": "{"}, one_asset(), "TRD650", 3, "n.ipynb is not JSON: ", id="not-json"),
    pytest.param({"n.ipynb": "[1]"}, one_asset(), "TRD650", 3, "n.ipynb is JSON, and not a notebook", id="other-json"),
    pytest.param(
        {"n.ipynb": '{"worksheets": []}'}, one_asset(), "TRD650", 3, "n.ipynb is a notebook of format 3", id="old"
    ),
    pytest.param({"n.sql": ""}, one_asset("n.sql"), "TRD650", 3, "n.sql is no notebook by its name", id="other-name"),
    pytest.param(
        {"n.ipynb": notebook("a = 1")},
        one_asset(more="  parameters: {a: 2}\n"),
        "TRD651",
        5,
        "n.ipynb has no parameters cell",
        id="no-parameters-cell",
    ),
    pytest.param(
        {"n.ipynb": notebook("a = = 1", tags=("parameters",))},
        one_asset(),
        "TRD652",
        3,
        "the parameters cell of n.ipynb can't be read: invalid syntax",
        id="parameters-that-are-no-python",
    ),
    pytest.param(
        {"n.ipynb": notebook("a: int = 1", tags=("parameters",))},
        one_asset(more="  parameters:\n    a: '2'\n"),
        "TRD653",
        6,
        "the parameter 'a' has to be int, and is '2'",
        id="wrong-type",
    ),
    pytest.param(
        {"n.ipynb": notebook("epochs = 1", tags=("parameters",))},
        one_asset(more="  parameters:\n    epoch: 2\n"),
        "TRD653",
        6,
        "the notebook has no parameter 'epoch'",
        id="unknown",
    ),
    pytest.param(
        {"n.ipynb": notebook("day: str\nn: int = 1", tags=("parameters",))},
        one_asset(),
        "TRD653",
        3,
        "the parameter 'day' (str) isn't given",
        id="missing",
    ),
]


@pytest.mark.parametrize(("files", "yaml", "code", "line", "message"), MISTAKES)
def test_a_notebook_is_checked_before_a_kernel_starts(
    make_project: MakeProject, files: dict[str, str], yaml: str, code: str, line: int, message: str
) -> None:
    """
    What can't be read, and values that don't fit the parameters cell, are mistakes of the YAML's line.
    """
    project = make_project({"n/defs.yaml": yaml, **{f"n/{name}": text for name, text in files.items()}})
    answer = project("check", "--build", "--json")
    assert 1 == answer.code
    [told] = answer.json["diagnostics"]
    assert (code, line) == (told["code"], told["line"])
    assert told["message"].startswith(message)


OPENED = """import treadle.notebook as tn

print(tn.context.is_run, tn.context.parameters, tn.context.experiment)
tn.metric("loss", 0.5)
tn.check("loss_is_finite", True)
tn.materialize("models/churn", rows=3)
"""


def test_a_notebook_works_when_a_person_opens_it(make_project: MakeProject) -> None:
    """
    Outside of a run it finds the values of the YAML, and what it would report is shown.
    """
    project = make_project({"train/defs.yaml": YAML, "train/train.py": TRAIN})
    folder = project.folder / "src/p/defs/train"
    done = subprocess.run([sys.executable, "-c", OPENED], cwd=folder, capture_output=True, text=True, check=False)
    assert "" == done.stderr
    assert [
        "False {'rate': 0.5} alpha",
        "metric: loss (value = 0.5); not recorded: this is no run",
        "passed: loss_is_finite; not recorded: this is no run",
        "materialized: models/churn (rows = 3); not recorded: this is no run",
    ] == done.stdout.splitlines()


def test_the_parameters_of_a_notebook_are_shown(make_project: MakeProject) -> None:
    """
    As a table with what the component gives, and as a JSON Schema for forms.
    """
    source = "day: date  # which day\nrate: float = 0.1\nkind: Literal['a', 'b'] = 'a'\nlayers: list[int] | None = None"
    project = make_project(
        {
            "n/defs.yaml": one_asset(more="  parameters: {day: '2026-01-01'}\n"),
            "n/n.ipynb": notebook(source, tags=("parameters",)),
        }
    )
    folder = CommandLine(project.folder / "src/p/defs/n")
    lines = [re.split(r"\s{2,}", line.strip()) for line in folder("notebook", "parameters").out.splitlines()]
    assert [
        ["day", "date", "has to be given", '"2026-01-01"', "which day"],
        ["rate", "number", "0.1"],
        ["kind", '"a" or "b"', '"a"'],
        ["layers", "array of integer or null", "null"],
    ] == lines[2:]
    schema = folder("notebook", "parameters", "--schema").json
    jsonschema.Draft202012Validator.check_schema(schema)
    form = jsonschema.Draft202012Validator(schema)
    assert form.is_valid({"day": "2026-01-01", "rate": 1})
    assert not form.is_valid({"rate": 1})
    assert not form.is_valid({"day": "2026-01-01", "kind": "c"})


def test_which_notebook_a_person_has_open_must_be_known(make_project: MakeProject) -> None:
    """
    Of several in a folder one has to be named; a notebook that no component runs is told.
    """
    yaml = f"{one_asset('a.ipynb')}---\n{one_asset('b.ipynb').replace('report', 'other')}"
    project = make_project({"n/defs.yaml": yaml, "n/a.ipynb": notebook("1"), "n/b.ipynb": notebook("1")})
    folder = CommandLine(project.folder / "src/p/defs/n")
    several = folder("notebook", "context")
    assert (2, True) == (several.code, "there are several notebooks here: a.ipynb, b.ipynb" in several.err)
    assert ["other"] == folder("notebook", "context", "b.ipynb").json["asset_keys"]
    unknown = folder("notebook", "context", "c.ipynb")
    assert (2, True) == (unknown.code, "no component runs the notebook c.ipynb" in unknown.err)


def test_a_notebook_of_dagsters_community_components_runs_as_it_is_declared(make_project: MakeProject) -> None:
    """
    What it is made from is a dependency, its path starts at the project's folder, its parameters are set.
    """
    yaml = """type: dagster_community_components.JupyterNotebookComponent
attributes:
  asset_name: orders_clean
  upstream_asset_key: raw/orders
  notebook_path: notebooks/clean.ipynb
  backend: papermill
  parameters: {rows: 7}
  group_name: shop
  asset_tags: {layer: clean}
"""
    clean = notebook("rows = 1", "print('rows', rows)", tags=("parameters",))
    project = make_project({"n/defs.yaml": yaml, "/notebooks/clean.ipynb": clean})
    [asset] = [each for each in project("list", "assets", "--json").json if each["key"] == "orders_clean"]
    assert (["raw/orders"], "shop", {"layer": "clean"}) == (asset["deps"], asset["group"], asset["tags"])
    answer, said = run(project)
    assert 0 == answer.code, answer.err
    assert "rows 7" in project("runs", "logs", str(said["id"])).out
