"""The editor: components are made and mended by people who don't write YAML, and by those who do."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Visit
from tests.browser.seeing import expect
from tests.serving import Served, serving, until
from tests.sharing import SharedServer, sharing
from tests.unit.server.projects import WEAVING, write_project

COUNTING = "src/p/defs/counting/defs.yaml"
SCRIPT = """# how sheep are counted
type: treadle.PythonScript
attributes:
  execution:
    path: count.py # beside this file
  assets:
    - key: counted
      deps: [wool]
      description: |
        How many sheep there are.

        Once a day.
      metadata:
        rows: 3
      partitions:
        type: daily
        start: "2026-01-01"
"""
LAST = """            type: daily
            start: "2026-01-01"
"""
RULED = f"""# rules are made by form
type: treadle.PythonScript # as before
attributes:
  execution: {{path: ../counting/count.py}}
  assets:
    - key: ruled # the only one
      partitions:
        type: multi
        dimensions:
          date: # of the year
{LAST}"""
ADDED = """          region:
            type: static
            keys:
              - eu
requirements:
  env:
    - HOME
post_processing:
  assets:
    - target: "key:ruled"
      attributes:
        tags:
          team: "{{ asset.group }}"
"""
POLICIES = """policies:
  owned:
    require: asset.owners or asset.group != 'gold'
    message: "an asset of gold needs an owner"
"""
MODEL = "select 1 as id\n"
DBT = {
    "/transform/dbt_project.yml": "name: shop\nversion: '1.0'\nprofile: shop\nmodel-paths: [models]\n",
    "/transform/profiles.yml": ("shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n"),
    "/transform/models/customers.sql": MODEL,
    "/transform/models/orders.sql": "select * from {{ ref('customers') }}\n",
}
FILES = {
    "weaving.py": WEAVING,
    "counting/defs.yaml": SCRIPT,
    "counting/count.py": "",
    "broken/defs.yaml": (
        "# it was written in a hurry\n"
        "type: treadle.PythonScript\n"
        "attributes:\n"
        "  exection:\n"
        "    path: ../counting/count.py\n"
        "  assets:\n"
        "    - key: mended\n"
    ),
    "/policies.yaml": POLICIES,
    **DBT,
}


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mill with a file that is broken, and a dbt project that is on no platform yet."""
    root = write_project(tmp_path_factory.mktemp("mill"), FILES)
    for words in (
        ("init", "-q", "-b", "main"),
        ("config", "user.name", "Ann"),
        ("config", "user.email", "ann@mill.example"),
        ("add", "."),
        ("commit", "-q", "-m", "The mill"),
    ):
        subprocess.run(["git", "-C", str(root), *words], check=True)
    with serving(root) as served:
        yield served


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedServer]:
    """A mill that is shared, with its editor on."""
    more = "logins_per_minute = 6000\neditor = true\n"
    with sharing(tmp_path_factory.mktemp("shared"), {"weaving.py": WEAVING}, more=more) as served:
        yield served


def keys(mill: Served) -> set[str]:
    """The assets that there are."""
    return {each["key"] for each in mill.get("/assets")["items"]}


def field(page: Page, name: str) -> Locator:
    """A field of the form."""
    return page.get_by_role("textbox", name=name, exact=True)


def is_saved(page: Page) -> None:
    """Wait until there is nothing left to save."""
    # While it is being saved, the button is disabled as well.
    for badge in ("not saved", "new"):
        expect(page.get_by_role("main").get_by_text(badge, exact=True)).to_have_count(0, timeout=30_000)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()


def test_a_dbt_project_is_put_on_the_platform_by_form(mill: Served, visit: Visit) -> None:
    """
    Somebody who has a dbt project and no YAML chooses a type, fills in one field, sees what will be there, and saves.
    """
    visitor = visit(mill)
    page = visitor.open("/editor")
    expect(page.get_by_role("link", name="counting")).to_be_visible()
    visitor.look(page, "editor-start")
    page.get_by_role("link", name="New component").click()
    dialog = page.get_by_role("dialog", name="New component")
    dialog.get_by_role("combobox", name="Component type").fill("dbt")
    page.get_by_role("option", name="treadle.DbtProject").click()
    dialog.get_by_label("Folder").fill("counting")
    expect(dialog.get_by_text("There is a component in this folder already")).to_be_visible()
    dialog.get_by_label("Folder").fill("shop")
    visitor.look(page, "editor-new")
    dialog.get_by_role("button", name="Fill in the form").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("shop")
    field(page, "project").fill("{{ project_root }}/transform")
    expect(page.get_by_role("textbox", name="YAML of")).to_contain_text('project: "{{ project_root }}/transform"')
    page.get_by_role("tab", name="What saving does").click()
    preview = page.get_by_role("tabpanel", name="What saving does")
    expect(preview.get_by_text("customers → orders")).to_be_visible(timeout=60_000)
    visitor.look(page, "editor-preview")
    assert not keys(mill) & {"customers", "orders"}
    page.get_by_role("button", name="Save", exact=True).click()
    is_saved(page)
    until(lambda: {"customers", "orders"} <= keys(mill))
    expect(page).not_to_have_url(re.compile("type="))
    text = (mill.root / "src/p/defs/shop/defs.yaml").read_text(encoding="utf-8")
    assert text.endswith('type: treadle.DbtProject\n\nattributes:\n  project: "{{ project_root }}/transform"\n')


def test_a_broken_file_is_mended_by_a_quick_fix(mill: Served, visit: Visit) -> None:
    """
    A mistake is seen in the list, in the text and at the top of the page; one click mends it, and the comment stays.
    """
    visitor = visit(mill)
    page = visitor.open("/editor?file=src/p/defs/broken/defs.yaml")
    expect(page.get_by_text("unknown attribute 'exection'").first).to_be_visible(timeout=30_000)
    visitor.look(page, "editor-broken")
    page.get_by_role("button", name="Replace exection with execution").click()
    expect(page.get_by_text("Nothing is wrong in this file.")).to_be_visible()
    expect(field(page, "path")).to_have_value("../counting/count.py")
    expect(page.get_by_text("not saved")).to_be_visible()
    page.keyboard.press("Control+s")
    is_saved(page)
    until(lambda: "mended" in keys(mill))
    text = (mill.root / "src/p/defs/broken/defs.yaml").read_text(encoding="utf-8")
    assert text.startswith("# it was written in a hurry\n")
    assert "  execution:\n" in text


def test_the_form_and_the_yaml_say_the_same(mill: Served, visit: Visit) -> None:
    """
    What is typed into the form is in the YAML, with every comment, and the other way round; a template may stand anywhere.
    """
    visitor = visit(mill)
    page = visitor.open(f"/editor?file={COUNTING}")
    yaml = page.get_by_role("textbox", name="YAML of")
    field(page, "path").fill("other.py")
    expect(yaml).to_contain_text("path: other.py # beside this file")
    expect(page.get_by_text("there is no file or folder").first).to_be_visible()
    field(page, "path").fill("count.py")
    visitor.look(page, "editor-form")
    page.get_by_role("button", name="Add a field to Asset 1: counted").click()
    page.get_by_role("menuitem", name="skippable").click()
    page.get_by_role("radiogroup", name="skippable").get_by_text("Yes").click()
    expect(yaml).to_contain_text("skippable: true")
    page.get_by_role("button", name="Template for skippable").click()
    field(page, "skippable").fill("{{ env.SKIP }}")
    expect(yaml).to_contain_text('skippable: "{{ env.SKIP }}"')
    yaml.get_by_text("rows").dblclick()
    page.keyboard.type("sheep")
    expect(page.get_by_label("Name in metadata")).to_have_value("sheep")
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_label("Name in metadata")).to_have_value("rows")
    assert SCRIPT == (mill.root / COUNTING).read_text(encoding="utf-8")


def test_rules_and_maps_are_written_by_form(mill: Served, visit: Visit) -> None:
    """
    What is done with the assets of a component, what it needs, and values with names of their own are fields like others;
    what the file says besides stays as it was.
    """
    file = mill.root / "src/p/defs/ruled/defs.yaml"
    file.parent.mkdir()
    file.write_text(RULED, encoding="utf-8")
    visitor = visit(mill)
    page = visitor.open("/editor?file=src/p/defs/ruled/defs.yaml")
    yaml = page.get_by_role("textbox", name="YAML of")

    partitions = page.get_by_role("group", name="partitions", exact=True)
    day = partitions.get_by_role("textbox", name="Name in dimensions")
    expect(day).to_have_value("date", timeout=30_000)
    day.fill("day")
    day.press("Enter")
    expect(yaml).to_contain_text("day: # of the year")
    partitions.get_by_role("button", name="Add a name to dimensions").click()
    page.get_by_role("menuitem", name="static").click()
    page.keyboard.type("region")
    page.keyboard.press("Enter")
    partitions.get_by_role("group", name="region of dimensions").get_by_role("combobox", name="keys").fill("eu")
    page.keyboard.press("Enter")
    expect(yaml).to_contain_text("- eu")

    page.get_by_role("button", name="Add a field to the component").click()
    page.get_by_role("menuitem", name="requirements").click()
    page.get_by_role("group", name="requirements").get_by_role("combobox", name="env").fill("HOME")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a field to the component").click()
    page.get_by_role("menuitem", name="post_processing").click()
    processing = page.get_by_role("group", name="post_processing")
    processing.get_by_role("button", name="Add an asset rule to assets").click()
    processing.get_by_role("textbox", name="target", exact=True).fill("key:ruled")
    rule = page.get_by_role("group", name="Asset rule 1: key:ruled")
    rule.get_by_role("button", name="Add a field to attributes").click()
    page.get_by_role("menuitem", name="tags").click()
    rule.get_by_role("button", name="Add a name to tags").click()
    page.keyboard.type("team")
    page.keyboard.press("Enter")
    rule.get_by_role("textbox", name="team of tags", exact=True).fill("{{ asset.group }}")
    expect(yaml).to_contain_text('team: "{{ asset.group }}"')
    expect(page.get_by_text("Nothing is wrong in this file.")).to_be_visible()
    visitor.look(page, "editor-rules")
    page.get_by_role("button", name="Save", exact=True).click()
    is_saved(page)
    assert RULED.replace("date:", "day:").replace(LAST, LAST + ADDED) == file.read_text(encoding="utf-8")
    until(lambda: {"team": "default"} in [each["tags"] for each in mill.get("/assets")["items"]])


def test_the_yaml_is_written_with_help(mill: Served, visit: Visit) -> None:
    """
    Attributes are suggested with what they are for, what is there is explained, and both work on a phone's width.
    """
    visitor = visit(mill)
    page = visitor.open(f"/editor?file={COUNTING}&view=yaml", width=390)
    yaml = page.get_by_role("textbox", name="YAML of")
    yaml.get_by_text("2026-01-01").click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+ ")
    option = page.get_by_role("option", name="timezone")
    expect(option).to_be_visible()
    visitor.look(page, "editor-completion")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    yaml.get_by_text("treadle.PythonScript").hover()
    expect(page.get_by_text("Runs a Python script that writes assets")).to_be_visible()
    page.mouse.move(0, 0)
    visitor.look(page, "editor-yaml")


def test_a_policy_that_would_deny_is_seen_before_saving(mill: Served, visit: Visit) -> None:
    """
    What the policies of the project would say is in the preview.
    """
    visitor = visit(mill)
    page = visitor.open(f"/editor?file={COUNTING}")
    page.get_by_role("button", name="Add a field to Asset 1: counted").click()
    page.get_by_role("menuitem", name="group", exact=False).first.click()
    field(page, "group").fill("gold")
    page.get_by_role("tab", name="What saving does").click()
    expect(page.get_by_text("A policy would deny this")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("an asset of gold needs an owner").first).to_be_visible()
    visitor.look(page, "editor-denied")


def test_what_somebody_else_has_written_is_not_lost(mill: Served, visit: Visit) -> None:
    """
    Whoever saves over a change sees both; nobody's text goes without being asked for.
    """
    file = mill.root / "src/p/defs/shared/defs.yaml"
    file.parent.mkdir()
    file.write_text("type: treadle.DefsFolder\n", encoding="utf-8")
    visitor = visit(mill, may_be_refused=True)
    page = visitor.open("/editor?file=src/p/defs/shared/defs.yaml&view=yaml")
    yaml = page.get_by_role("textbox", name="YAML of")
    yaml.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("# mine")
    file.write_text("type: treadle.DefsFolder\n# theirs\n", encoding="utf-8")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="The file has changed meanwhile")
    expect(dialog.get_by_text("# theirs")).to_be_visible()
    visitor.look(page, "editor-conflict")
    dialog.get_by_role("button", name="Go on editing").click()
    assert "type: treadle.DefsFolder\n# theirs\n" == file.read_text(encoding="utf-8")
    page.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_role("button", name="Save mine over theirs").click()
    is_saved(page)
    assert "type: treadle.DefsFolder\n# mine" == file.read_text(encoding="utf-8")


def test_a_change_of_somebody_else_is_seen_before_saving(mill: Served, visit: Visit) -> None:
    """
    Who has written nothing sees what is there now; who has is told, and chooses.
    """
    file = mill.root / "src/p/defs/watched/defs.yaml"
    file.parent.mkdir()
    text = SCRIPT.replace("path: count.py", "path: ../counting/count.py")
    file.write_text(text.replace("key: counted", "key: first"), encoding="utf-8")
    page = visit(mill).open("/editor?file=src/p/defs/watched/defs.yaml")
    yaml = page.get_by_role("textbox", name="YAML of")
    expect(yaml).to_contain_text("key: first", timeout=30_000)
    file.write_text(text.replace("key: counted", "key: second"), encoding="utf-8")
    mill.post("/project/reload")
    expect(yaml).to_contain_text("key: second", timeout=30_000)
    field(page, "path").fill("../counting/other.py")
    expect(yaml).to_contain_text("other.py")
    file.write_text(text.replace("key: counted", "key: third"), encoding="utf-8")
    mill.post("/project/reload")
    expect(page.get_by_text("The file has changed on the server")).to_be_visible(timeout=30_000)
    expect(yaml).to_contain_text("other.py")
    page.get_by_role("button", name="Take theirs").click()
    expect(yaml).to_contain_text("key: third")
    is_saved(page)


def test_what_is_not_saved_is_not_left_by_accident(mill: Served, visit: Visit) -> None:
    """
    Another page is shown only when somebody says that the text may go, or it is saved.
    """
    page = visit(mill).open(f"/editor?file={COUNTING}")
    field(page, "path").fill("nowhere.py")
    expect(page.get_by_text("not saved")).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Assets").click()
    dialog = page.get_by_role("dialog", name="This file isn't saved")
    dialog.get_by_role("button", name="Stay").click()
    expect(field(page, "path")).to_have_value("nowhere.py")
    page.get_by_role("navigation").get_by_role("link", name="Assets").click()
    dialog.get_by_role("button", name="Leave without saving").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Assets")
    assert SCRIPT == (mill.root / COUNTING).read_text(encoding="utf-8")


def test_a_saved_file_is_committed_to_a_branch(mill: Served, visit: Visit) -> None:
    """
    A person chooses a branch and says why; what is in the commit and what isn't is told.
    """
    file = mill.root / "src/p/defs/branched/defs.yaml"
    file.parent.mkdir()
    file.write_text("type: treadle.DefsFolder\n", encoding="utf-8")
    visitor = visit(mill)
    page = visitor.open("/editor?file=src/p/defs/branched/defs.yaml")
    page.get_by_role("button", name="Commit…").click()
    dialog = page.get_by_role("dialog", name="Commit this file")
    dialog.get_by_label("Branch").fill("ann/branched")
    dialog.get_by_label("Message").fill("A folder for branches")
    visitor.look(page, "editor-commit")
    dialog.get_by_role("button", name="Commit").click()
    expect(dialog.get_by_text("Nothing was pushed.")).to_be_visible()
    shown = ["git", "-C", str(mill.root), "show", "--format=%s", "--name-only", "ann/branched"]
    done = subprocess.run(shown, check=True, capture_output=True, text=True).stdout
    assert ["A folder for branches", "", "src/p/defs/branched/defs.yaml"] == done.splitlines()


def test_who_may_not_edit_is_told_and_makes_nothing(shared: SharedServer, visit: Visit) -> None:
    """
    A viewer sees what the editor is for, and what would change something dimmed, with the reason; an admin has it all.
    """
    visitor = visit(shared, may_be_refused=True)
    page = visitor.open("/editor")
    page.get_by_role("link", name=re.compile("^Log in with")).click()
    page.get_by_role("link", name="vic").click()
    expect(page.get_by_text("You may not edit components here")).to_be_visible()
    expect(page.get_by_role("link", name="New component")).to_be_disabled()
    page.get_by_role("note", name="This needs the role editor; yours is viewer.").focus()
    expect(page.get_by_role("tooltip")).to_have_text("This needs the role editor; yours is viewer.")
    visitor.look(page, "editor-refused")
    page = visitor.open("/editor")
    page.get_by_role("link", name=re.compile("^Log in with")).click()
    page.get_by_role("link", name="ada").click()
    page.get_by_role("link", name="New component").first.click()
    expect(page.get_by_role("dialog", name="New component")).to_be_visible()
