"""What `[tool.treadle.hooks]` may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from treadle.errors import ProjectError
from treadle.ir.hooks import ToCommand, ToEmail, ToSlack, ToWebhook
from treadle.project import find_settings, load
from treadle.project.hook_values import renderer

DEFS = 'from treadle import Asset, AssetKey\norders = Asset(key=AssetKey.parse("orders"))\n'


def write(root: Path, hooks: str) -> Path:
    text = f'[tool.treadle]\nmodule = "p"\n{hooks}'
    for path, content in {"pyproject.toml": text, "src/p/__init__.py": "", "src/p/defs/shop.py": DEFS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    return root


def test_each_way_is_read(tmp_path: Path) -> None:
    """
    A hook says on what it is told, of what, and one of four ways; templates stay as they are.
    """
    hooks = find_settings(
        write(
            tmp_path,
            """
[tool.treadle.hooks]
page = { on = "failure", select = "orders", command = ["page", "{{ env.WHO }}"] }
api = { on = ["success", "retry"], webhook = "https://example.com/{{ env.WHO }}", secret = "{{ env.SECRET }}" }
chat = { on = ["check_failure"], slack = "{{ env.SLACK }}" }
[tool.treadle.hooks.mail]
on = ["overdue"]
email = { to = "Ann <ann@example.com>", from = "treadle@example.com", smtp = "smtps://{{ env.SMTP }}" }
""",
        )
    ).hooks
    assert {
        "page": ToCommand(command=("page", "{{ env.WHO }}")),
        "api": ToWebhook(url="https://example.com/{{ env.WHO }}", secret="{{ env.SECRET }}"),
        "chat": ToSlack(url="{{ env.SLACK }}"),
        "mail": ToEmail(to=("Ann <ann@example.com>",), sender="treadle@example.com", smtp="smtps://{{ env.SMTP }}"),
    } == {name: hook.way for name, hook in hooks.items()}
    assert [{"failure"}, {"success", "retry"}, {"check_failure"}, {"overdue"}] == [each.on for each in hooks.values()]
    assert ["orders", "*", "*", "*"] == [each.select for each in hooks.values()]


EMAIL = 'on = ["retry"]\nemail = {{ to = "{to}", from = "t@example.com", smtp = "{smtp}" }}'.format
ON, CALL = 'on = ["failure"]\n', 'command = ["a"]\n'


@pytest.mark.parametrize(
    ("text", "line", "told", "fix"),
    [
        pytest.param(f'{CALL}on = ["failre"]', 5, "'on' of the hook 'team' can't be ['failre']", "'failure'", id="on"),
        pytest.param(f"{CALL}on = []", 5, "can't be []", "write a list of success, failure", id="on-nothing"),
        pytest.param(CALL, 3, "doesn't say on what it is told", 'write on = ["failure"]', id="no-on"),
        pytest.param(
            f'{ON}{CALL}select = "group:"', 6, "'select' of the hook 'team' can't be", "expected", id="select"
        ),
        pytest.param(f'{ON}comand = ["a"]', 5, "has no setting 'comand'", "did you mean 'command'?", id="unknown"),
        pytest.param(f'{ON}command = "notify"', 3, "'command' of the hook 'team'", "as a list", id="command"),
        pytest.param(f'{ON}webhook = "example.com"', 3, "'webhook' of the hook 'team'", "write a URL", id="webhook"),
        pytest.param(f'{ON}webhook = "ftp://a.b"', 3, "'webhook' of the hook 'team'", "write a URL", id="scheme"),
        pytest.param(f"{ON}slack = 3", 3, "'slack' of the hook 'team'", "in quotes", id="slack"),
        pytest.param(f'{ON}{CALL}slack = "{{{{ env.S }}}}"', 3, "more than one way", "a hook for each", id="two"),
        pytest.param(ON, 3, "doesn't say how it is told", "command, webhook, slack, email", id="no-way"),
        pytest.param(f'{ON}{CALL}secret = "s"', 3, "a secret and no webhook", "leave it out", id="secret"),
        pytest.param(f'{ON}email = "me@example.com"', 3, "'email' of the hook 'team'", "write { to", id="email"),
        pytest.param(
            f"{ON}email = {{ to = [] }}", 3, "'to' of the e-mail of the hook 'team'", "addresses", id="nobody"
        ),
        pytest.param(EMAIL(to="ann", smtp="smtp://h"), 3, "'to' of the e-mail", "like team@", id="address"),
        pytest.param(
            EMAIL(to="a@b.c\\nBcc: d@e.f", smtp="smtp://h"), 3, "'to' of the e-mail", "like team@", id="lines"
        ),
        pytest.param(EMAIL(to="a@b.c", smtp="mail.example.com"), 3, "'smtp' of the e-mail", "smtps://", id="smtp"),
        pytest.param(
            f'{ON}email = {{ to = "a@b.c", from = "t@b.c" }}', 3, "doesn't say 'smtp'", "write { to", id="no-smtp"
        ),
    ],
)
def test_a_mistake_is_told_with_its_place_and_remedy(tmp_path: Path, text: str, line: int, told: str, fix: str) -> None:
    """
    Each mistake in a hook's settings is a diagnostic; what may hold a secret isn't shown, nor its line.
    """
    with pytest.raises(ProjectError) as raised:
        find_settings(write(tmp_path, f"[tool.treadle.hooks.team]\n{text}"))
    found = [each for each in raised.value.diagnostics if told in each.message]
    assert [("TRD502", line)] == [(each.code, each.span.line if each.span else None) for each in found]
    assert fix in found[0].fix


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """
    Several hooks with several mistakes need one look.
    """
    text = """
[tool.treadle.hooks]
"to all" = { on = ["failure"], command = ["a"] }
late = 3
[tool.treadle.hooks.team]
on = ["failre"]
"""
    with pytest.raises(ProjectError) as raised:
        find_settings(write(tmp_path, text))
    assert [
        "a hook can't be called 'to all'",
        "the hook 'late' has to be a table",
        "'on' of the hook 'team' can't be ['failre']",
        "the hook 'team' doesn't say how it is told",
    ] == [each.message for each in raised.value.diagnostics]


@pytest.mark.parametrize(
    ("hook", "code", "told"),
    [
        pytest.param('slack = "{{ env.S | shout }}"', "TRD301", "no filter 'shout'", id="filter"),
        pytest.param('slack = "{{ secrets.S }}"', "TRD302", "'secrets'", id="variable"),
        pytest.param('command = ["a"]\nselect = "oders"', "TRD410", "no asset is named 'oders'", id="selection"),
    ],
)
def test_templates_and_selections_are_checked_with_the_project(tmp_path: Path, hook: str, code: str, told: str) -> None:
    """
    A template that can't be rendered and a selection of nothing are found before anything fails.
    """
    project = load(write(tmp_path, f'[tool.treadle.hooks.team]\non = ["failure"]\n{hook}\n'))
    [mistake] = project.diagnostics
    assert (code, 3) == (mistake.code, mistake.span.line if mistake.span else None)
    assert told in mistake.message


def test_a_template_does_not_need_its_variable_before_it_is_told(tmp_path: Path) -> None:
    """
    A project whose secrets aren't there loads, also when it makes numbers of them.
    """
    hook = '[tool.treadle.hooks.team]\non = ["failure"]\nslack = "https://x.org/{{ env.NOT_SET | int }}"\n'
    assert () == load(write(tmp_path, hook)).diagnostics


def test_a_rendered_text_comes_with_the_secrets_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What a template took of the environment is told apart, so that it can be kept out of messages.
    """
    monkeypatch.setenv("TOKEN", "t0ken")
    root = write(tmp_path, "")
    (root / ".env").write_text("USER_NAME=ann\n", encoding="utf-8")
    render = renderer(find_settings(root))
    assert ("https://ann:t0ken@example.com", {"ann", "t0ken"}) == render(
        "https://{{ env.USER_NAME }}:{{ env.TOKEN }}@example.com"
    )
    assert ("plain", set()) == render("plain")
    with pytest.raises(ProjectError, match="the environment variable 'TOKN' is not set"):
        render("{{ env.TOKN }}")


def test_what_is_printed_of_a_hook_has_no_secrets() -> None:
    """
    A URL, a signing secret and an SMTP server that were written down as they are don't appear in what Python prints.
    """
    ways = [
        ToWebhook(url="s3cret", secret="s3cret"),
        ToSlack(url="s3cret"),
        ToEmail(to=("a@b.c",), sender="t@b.c", smtp="s3cret"),
    ]
    assert "s3cret" not in repr(ways)
