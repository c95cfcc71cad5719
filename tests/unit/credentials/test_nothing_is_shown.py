"""A step does all that it can to show its credentials: nothing that anybody reads has them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.unit.credentials.oidc_provider import SECRET as CLIENT_SECRET
from tests.unit.runner.conftest import Project
from treadle.ir import LogLine, RetryPolicy
from treadle.store import RunStatus, open_store

SECRET = "p@ss/w'ord+\"ü %t0p-s3cret"
DIGITS = "1234567890123"

STEP = """
import base64, json, subprocess, threading
from urllib.parse import quote, quote_plus

platform = Platform(
    credentials={
        "db": Credential(name="db", provider=FromEnvironment(variable="DB_PASSWORD")),
        "pin": Credential(name="pin", provider=FromEnvironment(variable="PIN")),
        "broken": Credential(name="broken", provider=FromCommand(command=("sh", "-c", BROKEN))),
        "other": Credential(name="other", provider=FromEnvironment(variable="OTHER_PASSWORD")),
    }
)

def run(context):
%s

definitions = Definitions(
    assets=(asset("a"),),
    checks=(Check(name="ok", asset=key("a")),),
    steps=(step("a", run, checks=(CheckKey(key("a"), "ok"),), credentials=("db", "pin", "broken")),),
)
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_store(f"sqlite:///{tmp_path}/treadle.db") as store:
        yield Project(tmp_path, store)


@pytest.fixture(autouse=True)
def secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    monkeypatch.setenv("PIN", DIGITS)
    monkeypatch.setenv("OTHER_PASSWORD", "0ther-p@ssw0rd")


def trying(project: Project, body: str) -> Project:
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    broken = 'BROKEN = "echo t0p-s3cret; echo no t0p-s3cret >&2; exit 1"\n'
    return project.write(broken + STEP % lines)


def forms(secret: str) -> set[bytes]:
    """How the secret could be found in a file."""
    data = secret.encode()
    texts = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
    }
    found = {text.encode() for text in texts} | {base64.b64encode(data[:-3]).rstrip(b"=")[:-1]}
    for before in (1, 2):
        found.add(base64.b64encode(b"x" * before + data).rstrip(b"=")[4:-1])
    return found | {each.translate(bytes.maketrans(b"+/", b"-_")) for each in found}


def everything_kept(project: Project) -> dict[str, bytes]:
    """All files that a run leaves: the store and what is beside it, requests, outputs."""
    files = [file for file in project.folder.rglob("*") if file.is_file() and file.name != "steps.py"]
    told = "\n".join(map(repr, project.events))
    return {**{str(file): file.read_bytes() for file in files}, "events": told.encode()}


def assert_nothing_shown(project: Project, *secrets: str) -> None:
    kept = everything_kept(project)
    assert any(name.endswith("attempt-1.log") for name in kept)
    assert any(name.endswith("treadle.db") for name in kept)
    shown = {
        (name, form) for secret in secrets for form in forms(secret) for name, data in kept.items() if form in data
    }
    assert set() == shown


def test_the_step_has_the_value(project):
    """
    What isn't shown is there: the step sees the value, and so does a script that is given it.
    """
    run = trying(
        project,
        """
assert context.credentials["db"] == os.environ.get("EXPECTED") or len(context.credentials["db"]) == 25
script = 'test "$(printf %s "$TREADLE_CREDENTIAL_DB" | wc -m)" = 25'
assert context.shell("sh", "-c", script, credentials=["db"], env={"LC_ALL": "C.UTF-8"}) == 0
assert context.shell("sh", "-c", 'test -z "$TREADLE_CREDENTIAL_DB$TREADLE_CREDENTIAL_PIN$DB_PASSWORD"') == 0
assert not {"DB_PASSWORD", "PIN", "OTHER_PASSWORD"} & set(os.environ)
""",
    ).run()
    assert {} == project.errors(run)
    assert RunStatus.SUCCEEDED is run.status


ATTEMPTS = {
    "stdout": "print(secret)",
    "stderr": "print(secret, file=sys.stderr)",
    "the file descriptor": "os.write(1, secret.encode())",
    "a child process": 'subprocess.run(["printf", "%s", secret])',
    "a child process later": 'subprocess.run(["sh", "-c", "printf %s \\"$0\\"; sleep 0.1; printf %s \\"$0\\"", secret])',
    "letter by letter": "for letter in secret.encode(): os.write(1, bytes([letter]))",
    "in threads": "threads = [threading.Thread(target=print, args=(secret,)) for _ in range(5)]\n"
    "[each.start() for each in threads]\n[each.join() for each in threads]",
    "base64": 'print(base64.b64encode(secret.encode()).decode(), base64.b64encode(b"x" + secret.encode()).decode())\n'
    'print(base64.urlsafe_b64encode(b"xy" + secret.encode()).decode())\ncontext.log(base64.b64encode(secret.encode()).decode())',
    "URLs": 'print(quote(secret), quote_plus(secret))\ncontext.log(quote(secret, safe=""))',
    "JSON and repr": "print(json.dumps({'a': secret}), repr(secret), [secret])",
    "the environment of a child": 'context.shell("env", credentials=["db", "pin"])',
    "set -x": 'context.shell("sh", "-c", \'set -x; : "$TREADLE_CREDENTIAL_DB"\', credentials=["db"])',
    "the own environment": "print(dict(os.environ))",
    "metadata": "context.materialize('a', metadata={'text': f'it is {secret}', 'deep': [{'a': (secret,)}], secret: 1, "
    "'number': int(context.credentials['pin']), 'path': Path(secret), 'set': {secret}, 'float': float(context.credentials['pin'])})",
    "a data version": "context.materialize('a', data_version=secret)",
    "a check": "context.check('ok', True, description=f'with {secret}', metadata={'it': secret})",
    "a log line": "context.log(f'it is {secret}')\ncontext.log(secret, level='error')",
    "what is returned": "return Materialization(asset=key('a'), metadata={'it': secret})",
    "what makes no sense": "return secret",
    "an exception": "raise ValueError(secret)",
    "a cause": "try:\n    int(secret)\nexcept ValueError as error:\n    raise LookupError('no') from error",
    "a failure": "raise StepFailed(f'no database with {secret}')",
    "an exit": "sys.exit(secret)",
    "an unknown asset": "context.materialize(secret)",
    "a crash": "print(secret, flush=True)\nos.kill(os.getpid(), signal.SIGSEGV)",
    "last words": "os.write(1, secret.encode())\nos._exit(7)",
    "a script's messages": "context.pipes(sys.executable, HERE / 'script.py', credentials=['db'])",
    "a broken provider": 'context.credentials["broken"]',
    "lines of a command": "context.shell('env', credentials=['db'], on_line=context.log)",
    "too much": "context.log('x' * 19_990 + secret)\ncontext.materialize('a', metadata={'it': 'x' * 19_990 + secret})",
}

SCRIPT = """
import base64, os
from dagster_pipes import open_dagster_pipes
secret = os.environ["TREADLE_CREDENTIAL_DB"]
print(secret, flush=True)
with open_dagster_pipes() as pipes:
    pipes.log.info(secret)
    pipes.report_custom_message({"it": [secret]})
    pipes.log_external_stream("stdout", base64.b64encode(secret.encode()).decode())
    pipes.report_asset_materialization(asset_key="a", metadata={"it": secret, "j": {"raw_value": {"a": secret}, "type": "json"}})
    pipes.report_asset_check("ok", passed=True, metadata={"it": secret})
    raise RuntimeError(secret)
"""


@pytest.mark.parametrize("attempt", [pytest.param(body, id=name) for name, body in ATTEMPTS.items()])
def test_no_attempt_shows_a_credential(project, attempt):
    """
    However a step shows a credential, by itself or by what it starts, nothing that is kept or told has it.
    """
    (project.folder / "script.py").write_text(SCRIPT)
    trying(project, f'secret = context.credentials["db"]\n{attempt}').run()
    (project.folder / "script.py").unlink()
    assert_nothing_shown(project, SECRET, DIGITS, "t0p-s3cret", "0ther-p@ssw0rd")


def test_the_name_is_shown_instead(project):
    """
    Where the credential stood, its name stands: in the output, log lines, metadata and errors.
    """
    run = trying(
        project,
        """
secret = context.credentials["db"]
print(f"<{secret}>")
context.log(f"log {secret}", level="warning")
context.materialize(metadata={"it": secret})
raise StepFailed(f"failed with {secret}")
""",
    ).run()
    assert {"a": "failed with [credential db]"} == project.errors(run)
    assert "<[credential db]>\nwarning: log [credential db]\nfailed with [credential db]\n" == project.output(run, "a")
    assert LogLine(message="log [credential db]", level="warning") in project.reported
    [written] = project.store.materializations()
    assert {"it": "[credential db]"} == dict(written.metadata)


def test_files_that_a_step_writes_can_be_redacted(project):
    """
    A step redacts what it writes for others itself, and conceals secrets of its own making.
    """
    run = trying(
        project,
        """
secret = context.credentials["db"]
context.conceal(secret[::-1], "backwards")
(HERE / "page.html").write_text(context.redact(f"<p>{secret} {secret[::-1]}</p>"), encoding="utf-8")
print(secret[::-1])
""",
    ).run()
    assert {} == project.errors(run)
    page = (project.folder / "page.html").read_text(encoding="utf-8")
    assert "<p>[credential db] [credential backwards]</p>" == page
    assert "[credential backwards]" == project.output(run, "a").splitlines()[0]
    assert_nothing_shown(project, SECRET, SECRET[::-1])


def test_what_a_steps_process_lets_slip_is_held_back(project):
    """
    The runner looks through what is reported as well, should something have got past the step's own process.
    """
    run = trying(
        project,
        """
secret = context.credentials["db"]
send = context._reporter.send
send(LogLine(message=secret))
send(Materialization(asset=key("a"), metadata={"deep": [{secret: [secret]}], "rows": 3}, data_version=secret))
send(CheckResult(passed=True, asset=key("a"), check="ok", description=secret, metadata={"it": secret}))
""",
    ).run()
    assert {} == project.errors(run)
    assert_nothing_shown(project, SECRET)
    assert {"deep": [{"[credential db]": ["[credential db]"]}], "rows": 3} == dict(
        project.store.materializations()[0].metadata
    )


def test_an_error_of_a_credential_is_the_steps(project, monkeypatch):
    """
    A step that can't have a credential fails with its diagnostic, and isn't tried again when that would be in vain.
    """
    monkeypatch.delenv("DB_PASSWORD")
    run = trying(project, 'context.credentials["db"]').run(retries=RetryPolicy(times=3))
    assert project.errors(run)["a"].startswith(
        "error[TRD531]: the credential 'db' has no value: the environment variable DB_PASSWORD is not set\n"
    )
    assert 1 == project.store.steps(run.id)[0].attempts


def test_a_step_that_outlives_its_token_has_another_one(project, provider, monkeypatch):
    """
    A step that asks again when its token is about to end has a new one of the provider, and shows neither of them.
    """
    provider.behaves(lifetime=4)
    monkeypatch.setenv("CLIENT_SECRET", CLIENT_SECRET)
    run = project.write(
        f"""
        platform = Platform(
            credentials={{
                "secret": Credential(name="secret", provider=FromEnvironment(variable="CLIENT_SECRET")),
                "token": Credential(
                    name="token",
                    provider=FromOidcClient(issuer={provider.url!r}, client_id="treadle", client_secret="secret"),
                ),
            }}
        )

        def run(context):
            seen, until = dict.fromkeys([context.credentials["token"]]), time.monotonic() + 60
            while len(seen) < 2 and time.monotonic() < until:
                seen[context.credentials["token"]] = None
            for token in seen:
                print("token", token)
            assert len(seen) == 2
            return Materialization(asset=key("a"), metadata={{"lengths": [len(token) for token in seen]}})

        definitions = Definitions(assets=(asset("a"),), steps=(step("a", run, credentials=("token",)),))
        """
    ).run()
    assert {} == project.errors(run)
    assert "token [credential token]\n" * 2 == project.output(run, "a")
    assert 2 == len(provider.asked)
    assert_nothing_shown(project, CLIENT_SECRET, "eyJ0eXAiOiJKV1Qi", "eyJhbGciOiJSUzI1")
