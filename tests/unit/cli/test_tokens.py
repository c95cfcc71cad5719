"""`treadle tokens` and `treadle audit`: programs are let in and shut out from the command line, and that is noted."""

from __future__ import annotations

from tests.conftest import MakeProject

SHARED = """
[tool.treadle]
module = "p"

[tool.treadle.server]
url = "https://mill.example"
issuer = "https://id.example"
client_id = "treadle"
token_lifetime = "10d"

[[tool.treadle.server.roles]]
role = "viewer"
everyone = true
"""


def test_a_token_is_made_listed_and_revoked(make_project: MakeProject) -> None:
    """
    A token is printed once and alone; lists name what it may do, and the log who has made and revoked it.
    """
    treadle = make_project({"/pyproject.toml": SHARED})
    made = treadle("tokens", "create", "ci", "--role", "launcher", "--group", "raw", "--path", "/looms/", "--days", "3")
    assert (0, True) == (made.code, made.out.startswith("treadle_")), made.err
    assert 1 == len(made.out.splitlines())
    assert "ci: launcher in raw, looms/, until" in made.err
    [listed] = treadle("tokens", "list", "--json").json
    assert ("ci", "good", "launcher", ["raw"], ["looms"], None) == tuple(
        listed[key] for key in ("name", "status", "role", "groups", "paths", "seen_at")
    )
    assert made.out.strip() not in treadle("tokens", "list", "--json").out
    assert 0 == treadle("tokens", "revoke", listed["id"]).code
    assert 2 == treadle("tokens", "revoke", listed["id"]).code
    assert "revoked" in treadle("tokens", "list").out
    found = treadle("audit", "--json").json
    assert [("revoke_token", "done", "ci"), ("make_token", "done", "ci")] == [
        (each["action"], each["outcome"], each["target"]) for each in found
    ]
    assert "make_token" in treadle("audit", "--since", "1h", "--action", "make_token").out
    assert [] == treadle("audit", "--outcome", "refused", "--json").json


def test_a_token_that_makes_no_sense_is_refused(make_project: MakeProject) -> None:
    """
    A token is good for as long as settings allow; roles without limits get none.
    """
    treadle = make_project({"/pyproject.toml": SHARED})
    for args, said in (
        (["--days", "11"], "good for 10 days at most"),
        (["--role", "admin", "--group", "raw"], "the role 'admin' has no limits"),
    ):
        refused = treadle("tokens", "create", "ci", *args)
        assert (2, True) == (refused.code, said in refused.err), refused.err
    assert "did you mean" not in treadle("tokens", "revoke", "x").err
    assert 2 == treadle("audit", "--since", "soon").code


def test_settings_of_a_shared_server_are_checked(make_project: MakeProject) -> None:
    """
    What can't be used is told with its line, all of it at once.
    """
    wrong = SHARED.replace("https://mill.example", "http://mill.example").replace('"viewer"', '"vewer"')
    found = make_project({"/pyproject.toml": wrong})("check")
    assert 1 == found.code
    assert "begin it with https://" in found.err
    assert "rule 1 of [[tool.treadle.server.roles]] gives no role" in found.err
