"""`treadle schema`, `treadle editor` and `treadle lsp` as they are typed."""

from __future__ import annotations

import json

from tests.conftest import MakeProject

LOOM = "from treadle import Component, Definitions\n\n\nclass Loom(Component):\n    threads: int\n\n    def build_defs(self, context):\n        return Definitions()\n"


def test_schema_is_written_where_it_is_asked_for(make_project: MakeProject) -> None:
    """
    By default into the project's own folder, elsewhere with --output, and `-` prints it.
    """
    treadle = make_project({"/src/p/components/__init__.py": "", "/src/p/components/loom.py": LOOM})
    assert "Wrote .treadle/schema.json\n" == treadle("schema").out
    written = json.loads((treadle.folder / ".treadle/schema.json").read_text(encoding="utf-8"))
    assert written == treadle("schema", "-o", "-").json
    assert "Wrote out/s.json\n" == treadle("schema", "--output", "out/s.json").out
    assert written == json.loads((treadle.folder / "out/s.json").read_text(encoding="utf-8"))
    names = {each.get("const") for each in written["properties"]["type"]["anyOf"]}
    assert {"p.components.loom.Loom", "treadle.PythonScript"} <= names


def test_schema_of_one_type(make_project: MakeProject) -> None:
    """
    With a type, the schema of its documents is printed; a misspelled type is told.
    """
    treadle = make_project({})
    (branch,) = treadle("schema", "treadle.PythonScript").json["allOf"]
    assert "execution" in branch["then"]["properties"]["attributes"]["properties"]
    answer = treadle("schema", "treadle.PythonScrip")
    assert 2 == answer.code
    assert "did you mean 'treadle.PythonScript'?" in answer.err


def test_schema_says_which_types_it_leaves_out(make_project: MakeProject) -> None:
    """
    A type that can't be imported doesn't keep the others from being known.
    """
    treadle = make_project({"/src/p/components/__init__.py": "", "/src/p/components/loom.py": "1 / 0\n"})
    answer = treadle("schema")
    assert 0 == answer.code
    assert "left out" in answer.err
    assert "ZeroDivisionError" in answer.err
    assert (treadle.folder / ".treadle/schema.json").exists()


def test_editor_sets_up_vs_code_once(make_project: MakeProject) -> None:
    """
    A second call finds everything there; comments and other settings stay.
    """
    treadle = make_project({"/.vscode/settings.json": '{\n  // mine\n  "editor.tabSize": 2,\n}\n'})
    answer = treadle("editor")
    assert 0 == answer.code, answer.err
    assert "Changed .vscode/settings.json" in answer.out
    assert "Wrote .vscode/extensions.json" in answer.out
    settings = (treadle.folder / ".vscode/settings.json").read_text(encoding="utf-8")
    assert "// mine" in settings
    assert '"./.treadle/schema.json"' in settings
    assert "has all that is needed" in treadle("editor", "vscode").out
    assert settings == (treadle.folder / ".vscode/settings.json").read_text(encoding="utf-8")


def test_editor_leaves_settings_that_it_does_not_understand(make_project: MakeProject) -> None:
    """
    What can't be changed safely is left, and what to add is printed.
    """
    broken = '{"yaml.schemas": 1'
    treadle = make_project({"/.vscode/settings.json": broken})
    answer = treadle("editor")
    assert 1 == answer.code
    assert "Left .vscode/settings.json as it is: it isn't JSON. Add this to it:" in answer.err
    assert '"./.treadle/schema.json"' in answer.err
    assert broken == (treadle.folder / ".vscode/settings.json").read_text(encoding="utf-8")


def test_lsp_without_its_extra_says_what_to_type(make_project: MakeProject) -> None:
    """
    Without pygls, the language server answers with the line that installs it.
    """
    treadle = make_project({"/hidden/pygls/__init__.py": "raise ModuleNotFoundError(name='pygls')\n"})
    answer = treadle("lsp", env={"PYTHONPATH": str(treadle.folder / "hidden")})
    assert 1 == answer.code
    assert "pip install 'treadle[editor]'" in answer.err
    assert "Traceback" not in answer.err


def test_scaffolded_files_name_the_schema(make_project: MakeProject) -> None:
    """
    A new component file begins with the line that leads editors to the schema, and the schema is there.
    """
    treadle = make_project({})
    assert 0 == treadle("scaffold", "defs", "treadle.PythonScript", "a/b").code
    file = treadle.folder / "src/p/defs/a/b/defs.yaml"
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("=")[2]).resolve().is_file()
    assert 0 == treadle("check").code


def test_schemas_of_a_platform_s_files(make_project: MakeProject) -> None:
    """
    They are valid schemas, which take what the reference shows and refuse what is misspelled.
    """
    import jsonschema
    import yaml

    from tests.pages import DOCS, blocks

    treadle = make_project({})
    page = (DOCS / "reference" / "platform.md").read_text(encoding="utf-8")
    for block in blocks(page):
        if block.file:
            schema = treadle("schema", block.file).json
            validator = jsonschema.Draft202012Validator(schema)
            validator.check_schema(schema)
            shown = yaml.safe_load(block.text)
            assert [] == list(validator.iter_errors(shown))
            assert not validator.is_valid({"x": {**next(iter(shown.values())), "descripton": "x"}})
