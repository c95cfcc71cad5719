"""A shared server: people log in at a provider, do what their role lets them, and are refused the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sharing import Browser, SharedServer, sharing
from tests.unit.server.projects import WEAVING

LOOM = """
from treadle import asset


@asset(group="looms")
def loom(): ...
"""


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedServer]:
    """A mill that is shared."""
    files = {"weaving.py": WEAVING, "looms/loom.py": LOOM}
    with sharing(tmp_path_factory.mktemp("shared"), files) as served:
        yield served


def log_of(mill: SharedServer, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mill.as_("ada").get("/api/audit", params=asked).json()["items"]
    return found


def test_whoever_is_not_logged_in_sees_nothing(mill: SharedServer) -> None:
    """
    Pages lead to the login page, programs are told to log in; neither tells anything of the project but its name.
    """
    stranger = mill.browser()
    page = stranger.get("/asset/wool?tab=runs", headers={"Accept": "text/html"})
    assert (303, "/login?next=%2Fasset%2Fwool%3Ftab%3Druns") == (page.status_code, page.headers["location"])
    login = stranger.get(page.headers["location"])
    assert 'href="/auth/login?next=%2Fasset%2Fwool%3Ftab%3Druns"' in login.text
    assert "default-src 'none'" in login.headers["content-security-policy"]
    assert "DENY" == login.headers["x-frame-options"]
    for path in ("/api/project", "/api/openapi.json", "/api/docs", "/metrics", "/api/nothing"):
        answer = stranger.get(path)
        assert (401, "login_needed") == (answer.status_code, answer.json()["error"]["code"])


def test_somebody_logs_in_and_out(mill: SharedServer) -> None:
    """
    After the login the browser is where it wanted to go, with a cookie that no script reads; logging out ends the
    session, also for whoever has kept the cookie.
    """
    bob = mill.browser()
    bob.cookies["x"] = "y"
    answer = bob.log_in("bob", "/runs?status=failed")
    assert (303, "/runs?status=failed") == (answer.status_code, answer.headers["location"])
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if "login" not in each.partition("=")[0]]
    assert cookie.startswith("__Host-treadle")
    for word in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=43200"):
        assert word in cookie
    me = bob.get("/api/me").json()
    assert ("shared", "person", "Bob Bobbin", "bob@mill.example", "launcher") == tuple(
        me[key] for key in ("mode", "kind", "name", "email", "role")
    )
    assert [{"role": "launcher", "groups": ["raw"], "paths": []}, {"role": "viewer", "groups": [], "paths": []}] == me[
        "grants"
    ]
    kept = dict(bob.cookies)
    [session] = [each for each in bob.get("/api/me/sessions").json()["items"] if each["is_this"]]
    assert "127.0.0.1" == session["address"]
    assert 204 == bob.ask("DELETE", "/api/me/sessions/this").status_code
    bob.cookies = kept
    assert 401 == bob.get("/api/me").status_code


def test_each_login_has_a_session_of_its_own(mill: SharedServer) -> None:
    """
    A cookie that was there before the login is worth nothing after it; sessions are ended one by one.
    """
    first, second = mill.browser(), mill.browser()
    first.log_in("vic")
    planted = dict(first.cookies)
    second.cookies = dict(planted)
    second.log_in("vic")
    assert not set(planted.values()) & {value for value in second.cookies.values() if value}
    [other] = [each["id"] for each in first.get("/api/me/sessions").json()["items"] if each["is_this"]]
    assert other in [each["id"] for each in second.get("/api/me/sessions").json()["items"] if not each["is_this"]]
    assert 404 == mill.as_("bob").ask("DELETE", f"/api/me/sessions/{other}").status_code
    assert 204 == second.ask("DELETE", f"/api/me/sessions/{other}").status_code
    assert (401, 200) == (first.get("/api/me").status_code, second.get("/api/me").status_code)


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/%0aevil", "javascript:alert(1)", "/auth/login"],
)
def test_a_login_leads_nowhere_else(mill: SharedServer, target: str) -> None:
    """
    Where to go after the login is a path of this server, or its first page.
    """
    location = mill.browser().log_in("vic", target).headers["location"]
    assert location in ("/", "/%0aevil")


def test_somebody_without_a_role_is_told(mill: SharedServer) -> None:
    """
    Whom the provider knows and no rule gives a role, gets no session, and a page that says so; the log tells of it.
    """
    tom = mill.browser()
    answer = tom.log_in("tom")
    assert 403 == answer.status_code
    assert "tom@mill.example is known, and has no role here" in answer.text
    assert 401 == tom.get("/api/me").status_code
    [entry] = log_of(mill, who="tom")
    assert ("log_in", "refused") == (entry["action"], entry["outcome"])


def tampered(browser: Browser, address: str, case: str) -> str:
    if case == "wrong-state":
        return address.replace("state=", "state=x")
    if case == "another-browser":
        browser.cookies.clear()
    if case == "no-code":
        return address.replace("code=", "cod=")
    if case == "another-code":
        return address.replace("code=", "code=x")
    if case == "another-issuer":
        return f"{address}&iss=https://evil.example"
    if case == "replayed":
        kept = dict(browser.cookies)
        assert 303 == browser.get(address).status_code
        browser.cookies = kept
    if case == "another-login-since":
        browser.begin(who="vic")
    return address


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param("wrong-state", "this browser didn&#x27;t begin", id="wrong-state"),
        pytest.param("another-browser", "this browser didn&#x27;t begin", id="another-browser"),
        pytest.param("another-login-since", "this browser didn&#x27;t begin", id="another-login-since"),
        pytest.param("replayed", "was ended before", id="replayed"),
        pytest.param("no-code", "doesn&#x27;t accept this login", id="no-code"),
        pytest.param("another-code", "doesn&#x27;t accept this login", id="another-code"),
        pytest.param("another-issuer", "is of another provider", id="another-issuer"),
    ],
)
def test_a_way_back_that_is_not_right_lets_nobody_in(mill: SharedServer, case: str, said: str) -> None:
    """
    A login ends once, in the browser in which it began, with what the provider gave for it.
    """
    browser = mill.browser()
    address = tampered(browser, browser.begin(who="vic"), case)
    answer = browser.get(address)
    assert (403, True) == (answer.status_code, said.lower() in answer.text.lower()), answer.text


@pytest.mark.parametrize(
    ("how", "said"),
    [
        pytest.param({"claims": {"nonce": "another"}}, "nonce", id="nonce-of-another-login"),
        pytest.param({"claims": {"nonce": None}}, "nonce", id="no-nonce"),
        pytest.param({"claims": {"exp": 1_000_000}}, "expired", id="expired"),
        pytest.param({"claims": {"exp": None}}, "exp", id="never-expires"),
        pytest.param({"claims": {"aud": "somebody-else"}}, "aud", id="of-another-client"),
        pytest.param({"claims": {"aud": ["treadle", "x"], "azp": "x"}}, "azp", id="for-another-client"),
        pytest.param({"claims": {"iss": "https://evil.example"}}, "iss", id="of-another-provider"),
        pytest.param({"claims": {"sub": None}}, "sub", id="of-nobody"),
        pytest.param({"header": {"alg": "none"}}, "isn&#x27;t good", id="not-signed"),
        pytest.param({"header": {"alg": "HS256"}}, "isn&#x27;t good", id="signed-with-the-secret"),
        pytest.param({"header": {"kid": "forged"}}, "isn&#x27;t good", id="signed-by-another"),
        pytest.param({"error": "<b>no</b> entry"}, "&lt;b&gt;no&lt;/b&gt; entry", id="refused-by-the-provider"),
    ],
)
def test_a_word_of_the_provider_that_is_not_good_lets_nobody_in(
    mill: SharedServer, how: dict[str, Any], said: str
) -> None:
    """
    An ID token is believed when it is of this provider, for this server, for this login, and of now.
    """
    browser = mill.browser()
    mill.provider_is(**how)
    answer = browser.log_in("ada")
    mill.provider_is()
    assert (403, True) == (answer.status_code, said in answer.text), answer.text
    assert 401 == browser.get("/api/me").status_code


def test_a_provider_that_has_new_keys_is_believed(mill: SharedServer) -> None:
    """
    When the provider signs with another key, it is asked for its keys again.
    """
    mill.provider_is(rotate=True)
    assert 303 == mill.browser().log_in("vic").status_code


def test_a_provider_that_is_down_is_told(mill: SharedServer) -> None:
    """
    Who can't log in as the provider doesn't answer is told that, and can try again; who is logged in isn't concerned.
    """
    ada, browser = mill.as_("ada"), mill.browser()
    address = browser.begin("/runs", who="vic")
    mill.provider_is(down=True)
    answer = browser.get(address)
    mill.provider_is()
    assert 503 == answer.status_code
    assert "Logging in doesn&#x27;t work at the moment" in answer.text
    assert 'href="/auth/login?next=%2Fruns"' in answer.text
    assert 200 == ada.get("/api/project").status_code


LAUNCH = {"selection": "wool"}
CHANGES = [
    pytest.param("vic", "POST", "/api/runs", LAUNCH, 403, id="a-viewer-launches"),
    pytest.param("vic", "POST", "/api/project/reload", {}, 403, id="a-viewer-reloads"),
    pytest.param("bob", "POST", "/api/runs", LAUNCH, 202, id="a-launcher-in-the-group"),
    pytest.param("bob", "POST", "/api/runs", {"selection": "+yarn"}, 403, id="a-launcher-beyond-the-group"),
    pytest.param("bob", "POST", "/api/runs", {"selection": "*"}, 403, id="a-launcher-everything"),
    pytest.param("bob", "PUT", "/api/automations/mornings", {"on": False}, 403, id="a-launcher-switches-beyond"),
    pytest.param(
        "bob", "POST", "/api/backfills", {"selection": "yarn", "partitions": "all"}, 403, id="backfill-beyond"
    ),
    pytest.param("eve", "POST", "/api/runs", {"selection": "loom"}, 202, id="an-editor-below-the-path"),
    pytest.param("eve", "POST", "/api/runs", LAUNCH, 403, id="an-editor-elsewhere"),
    pytest.param("ada", "PUT", "/api/automations/mornings", {"on": False}, 200, id="an-admin-switches"),
    pytest.param("ada", "POST", "/api/runs", {"selection": "+yarn"}, 202, id="an-admin-launches"),
    pytest.param("bob", "GET", "/api/audit", None, 403, id="a-launcher-reads-the-log"),
    pytest.param("bob", "GET", "/api/tokens?everybody=true", None, 403, id="a-launcher-reads-all-tokens"),
    pytest.param("vic", "GET", "/api/assets", None, 200, id="a-viewer-reads"),
]


@pytest.mark.parametrize(("who", "method", "path", "body", "status"), CHANGES)
def test_a_role_lets_do_what_it_says(
    mill: SharedServer, who: str, method: str, path: str, body: Any, status: int
) -> None:
    """
    Viewers read, launchers launch what is in their groups, editors do so below their folders, admins do everything.
    """
    answer = mill.as_(who).ask(method, path, json=body)
    assert status == answer.status_code, answer.text
    if status == 403:
        assert who in answer.json()["error"]["message"]


def test_what_is_beyond_a_role_is_named(mill: SharedServer) -> None:
    """
    Who may launch some of a selection is told which of it they may not.
    """
    answer = mill.as_("bob").post("/api/runs", {"selection": "+cloth"})
    assert "the role 'launcher' of bob@mill.example doesn't reach cloth, dye, yarn" in answer.json()["error"]["message"]


def test_runs_of_others_are_stopped_by_whom_they_concern(mill: SharedServer) -> None:
    """
    A run is stopped, resumed and repeated by those who might have launched it, and says who did.
    """
    run = mill.as_("ada").post("/api/runs", {"selection": "yarn"}).json()
    assert "person ada@mill.example" == run["launched_by"]
    for act in ("cancel", "resume", "rerun"):
        assert 403 == mill.as_("bob").post(f"/api/runs/{run['id']}/{act}").status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": "https://evil.example"}, 403, id="page-elsewhere"),
        pytest.param({"Origin": "null"}, 403, id="page-of-nobody"),
        pytest.param({"Origin": "", "Sec-Fetch-Site": "none"}, 403, id="nobody-says-whose-page"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="script-elsewhere"),
        pytest.param({"Host": "evil.example"}, 421, id="rebound-name"),
        pytest.param({"X-Forwarded-Host": "evil.example"}, 202, id="a-proxy-that-is-none"),
    ],
)
def test_a_cookie_is_worth_something_on_pages_of_this_server(
    mill: SharedServer, headers: dict[str, str], status: int
) -> None:
    """
    What changes something with a cookie comes from a page of this server, at its own name.
    """
    assert status == mill.as_("ada").post("/api/project/reload", headers=headers).status_code


def test_every_change_is_in_the_log(mill: SharedServer) -> None:
    """
    The log says who did what to what, when, from where, and what came of it; reading isn't in it.
    """
    bob = mill.as_("bob")
    run = bob.post("/api/runs", LAUNCH).json()
    bob.post("/api/runs", {"selection": "cloth"})
    bob.post("/api/runs", {"selection": "woool"})
    bob.get("/api/runs")
    found = [
        (each["action"], each["outcome"], each["status"], each["target"], each["details"])
        for each in log_of(mill, who="bob", limit=3)
    ]
    assert [
        ("launch_run", "failed", 400, "", "woool"),
        ("launch_run", "refused", 403, "", "cloth"),
        ("launch_run", "done", 202, run["id"], "wool"),
    ] == found
    [last] = log_of(mill, who="bob", limit=1)
    assert ("person", "bob@mill.example", "127.0.0.1") == (last["kind"], last["who"], last["address"])
    assert "did you mean" in last["message"]
    assert {"refused"} == {each["outcome"] for each in log_of(mill, outcome="refused")}


def made(browser: Browser, **asked: Any) -> tuple[dict[str, Any], dict[str, str]]:
    answer = browser.post("/api/tokens", {"name": "ci", "role": "launcher", "days": 1, **asked})
    assert 201 == answer.status_code, answer.text
    found = answer.json()
    return found["token"], {"Authorization": f"Bearer {found['secret']}", "Cookie": "", "Origin": ""}


def test_a_token_does_what_its_maker_may_and_no_more(mill: SharedServer) -> None:
    """
    A token has a role and limits of its own within those of its maker, is shown once, and says when it was used.
    """
    bob, program = mill.as_("bob"), mill.browser().client
    token, shown = made(bob)
    headers = {"Authorization": shown["Authorization"]}
    launched = program.post("/api/runs", json=LAUNCH, headers=headers)
    assert (202, "token ci (bob@mill.example)") == (launched.status_code, launched.json()["launched_by"])
    assert 403 == program.post("/api/runs", json={"selection": "yarn"}, headers=headers).status_code
    assert 403 == program.post("/api/tokens", json={"name": "more"}, headers=headers).status_code
    assert "token" == program.get("/api/me", headers=headers).json()["kind"]
    [found] = [each for each in bob.get("/api/tokens").json()["items"] if each["id"] == token["id"]]
    assert ("good", True) == (found["status"], found["seen_at"] is not None)
    assert shown["Authorization"][7:] not in bob.get("/api/tokens").text
    [entry] = log_of(mill, action="launch_run", who="ci (bob", outcome="done")
    assert ("token", "wool") == (entry["kind"], entry["details"])
    _, reading = made(bob, name="reader", role="viewer")
    assert (
        403 == program.post("/api/runs", json=LAUNCH, headers={"Authorization": reading["Authorization"]}).status_code
    )
    _, elsewhere = made(mill.as_("ada"), name="marts", groups=["marts"])
    for selection, status in (("cloth", 202), ("wool", 403)):
        answer = program.post(
            "/api/runs", json={"selection": selection}, headers={"Authorization": elsewhere["Authorization"]}
        )
        assert status == answer.status_code


def test_a_token_ends_when_somebody_says_so(mill: SharedServer) -> None:
    """
    Its maker and admins revoke a token, nobody else; from then on it lets nobody in, and who tries is noted.
    """
    token, shown = made(mill.as_("bob"), name="short")
    headers = {"Authorization": shown["Authorization"]}
    program = mill.browser().client
    assert 404 == mill.as_("vic").ask("DELETE", f"/api/tokens/{token['id']}").status_code
    assert token["id"] in mill.as_("ada").get("/api/tokens?everybody=true").text
    assert 204 == mill.as_("ada").ask("DELETE", f"/api/tokens/{token['id']}").status_code
    assert 401 == program.get("/api/me", headers=headers).status_code
    assert ["use_token", "revoke_token"] == [
        each["action"] for each in log_of(mill, limit=2) if "short" in each["target"]
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param({"role": "admin"}, 403, id="more-than-the-maker"),
        pytest.param({"days": 91}, 409, id="longer-than-the-server-allows"),
        pytest.param({"days": 0}, 422, id="no-time"),
        pytest.param({"name": ""}, 422, id="no-name"),
        pytest.param({"role": "boss"}, 422, id="no-such-role"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(mill: SharedServer, asked: dict[str, Any], status: int) -> None:
    """
    A token has a name, an end, and no more rights than its maker.
    """
    answer = mill.as_("bob").post("/api/tokens", {"name": "ci", "role": "launcher", "days": 1, **asked})
    assert status == answer.status_code


def test_no_answer_holds_a_secret(mill: SharedServer) -> None:
    """
    Neither the client's secret, nor what lets somebody in, is in what the server answers or keeps.
    """
    bob = mill.as_("bob")
    secrets = [value for value in bob.cookies.values() if len(value) > 20] + ["the-secret-of-the-client"]
    kept = (mill.root / ".treadle" / "treadle.db").read_bytes()
    for path in ("/api/me", "/api/me/sessions", "/api/tokens", "/api/project", "/"):
        text = bob.get(path).text
        assert not [each for each in secrets if each in text]
    assert not [each for each in secrets if each.encode() in kept]
