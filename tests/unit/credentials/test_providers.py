"""Values from variables, files and commands; and exactly what is said when there is none."""

from __future__ import annotations

import base64
import json
import os
import select
import time
from contextlib import suppress
from pathlib import Path

import pytest

from treadle.credentials import CredentialError, Credentials
from treadle.credentials.providers.command import from_command
from treadle.errors import Span
from treadle.ir import (
    Credential,
    FromCommand,
    FromEnvironment,
    FromFile,
    FromOidcClient,
    FromTokenExchange,
    Origin,
    Provider,
    StepFailed,
)

PLACE = Span(file=Path("credentials.yaml"), line=3)


def offered(**providers: Provider) -> dict[str, Credential]:
    origin = Origin(component="", span=PLACE)
    return {name: Credential(name=name, provider=each, origin=origin) for name, each in providers.items()}


def asked(provider: Provider, folder: Path, **environment: str) -> Credentials:
    return Credentials(
        ["db"], offered(db=provider), environment={"PATH": "/usr/bin:/bin", **environment}, folder=folder
    )


def sh(script: str) -> FromCommand:
    return FromCommand(command=("sh", "-c", script))


def token(**claims: object) -> str:
    parts = [json.dumps(each).encode() for each in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, b"signature"))


def secret_file(folder: Path, content: bytes = b"p@ss word\n", mode: int = 0o600) -> FromFile:
    file = folder / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    return FromFile(path=Path("secret"))


def test_each_provider_gives_its_value(tmp_path):
    """
    A value is what the variable holds, the file holds or the command prints; one newline at the end isn't its own.
    """
    assert "p@ss word" == asked(FromEnvironment(variable="DB"), tmp_path, DB="p@ss word")["db"]
    assert "p@ss word" == asked(secret_file(tmp_path), tmp_path)["db"]
    assert "p@ss word\n" == asked(secret_file(tmp_path, b"p@ss word\n\n"), tmp_path)["db"]
    assert "p@ss word" == asked(sh("echo 'p@ss word'"), tmp_path)["db"]
    assert str(tmp_path) == asked(sh("pwd"), tmp_path)["db"]
    assert "from outside" == asked(sh('echo "$VAULT"'), tmp_path, VAULT="from outside")["db"]


NO_VALUE = {
    "variable": (
        lambda folder: FromEnvironment(variable="DB_PASWORD"),
        "TRD531",
        "the credential 'db' has no value: the environment variable DB_PASWORD is not set",
        "did you mean 'DB_PASSWORD'?",
    ),
    "empty variable": (
        lambda folder: FromEnvironment(variable="EMPTY"),
        "TRD531",
        "the credential 'db' has no value: the environment variable EMPTY is empty",
        "set EMPTY there, or in the project's .env file",
    ),
    "no file": (
        lambda folder: FromFile(path=Path("nowhere")),
        "TRD531",
        "the credential 'db' has no value: there is no file {folder}/nowhere",
        "write the value into it",
    ),
    "folder": (
        lambda folder: FromFile(path=Path()),
        "TRD531",
        "the credential 'db' has no value: {folder} is not a file",
        "name a file that holds the value",
    ),
    "empty file": (
        lambda folder: secret_file(folder, b"\n"),
        "TRD531",
        "the credential 'db' has no value: the file {folder}/secret gives nothing",
        "let it give the value",
    ),
    "bytes": (
        lambda folder: secret_file(folder, b"\xff\xfe"),
        "TRD537",
        "the credential 'db' has a value that can't be used: the file {folder}/secret doesn't give UTF-8 text",
        "encode it, in base64 for example",
    ),
    "file of a group": (
        lambda folder: secret_file(folder, mode=0o640),
        "TRD532",
        "the credential 'db' is not used: others may read or change the file {folder}/secret (its mode is 0640)",
        "type: chmod 600 {folder}/secret",
    ),
    "file of others": (
        lambda folder: secret_file(folder, mode=0o602),
        "TRD532",
        "the credential 'db' is not used: others may read or change the file {folder}/secret (its mode is 0602)",
        "type: chmod 600 {folder}/secret",
    ),
    "no program": (
        lambda folder: FromCommand(command=("no-such-vault", "read")),
        "TRD533",
        "the credential 'db' can't be had: the command no-such-vault can't be run: there is no such program",
        "install it there, or write the whole path of it",
    ),
    "no words": (
        lambda folder: FromCommand(command=()),
        "TRD533",
        "the credential 'db' can't be had: there is no command to run",
        "write the command",
    ),
    "failing command": (
        lambda folder: sh("echo t0p-secret; echo 'denied for t0p-secret' >&2; exit 2"),
        "TRD533",
        "the credential 'db' can't be had: the command sh ended with exit code 2: denied for [credential value]",
        "run it yourself, as the user who runs steps, and see",
    ),
    "killed command": (
        lambda folder: sh("kill -9 $$"),
        "TRD533",
        "the credential 'db' can't be had: the command sh was ended by the signal SIGKILL",
        "run it yourself, as the user who runs steps, and see",
    ),
    "silent command": (
        lambda folder: sh("true"),
        "TRD531",
        "the credential 'db' has no value: the command sh gives nothing",
        "let it give the value",
    ),
    "short value": (
        lambda folder: sh("printf 123"),
        "TRD537",
        "the credential 'db' has a value that can't be used: it has 3 characters",
        "make it one of 4 to 65,536 characters",
    ),
    "long value": (
        lambda folder: sh("head -c 70000 /dev/zero | tr '\\0' x"),
        "TRD537",
        "the credential 'db' has a value that can't be used: it has 70,000 characters",
        "make it one of 4 to 65,536 characters",
    ),
    "NUL": (
        lambda folder: secret_file(folder, b"p@ss\0word"),
        "TRD537",
        "the credential 'db' has a value that can't be used: it holds a NUL",
        "make it one of 4 to 65,536 characters",
    ),
    "expired token": (
        lambda folder: sh(f"echo {token(exp=1764000000)}"),
        "TRD536",
        "the credential 'db' has expired: its value was good until 2025-11-24 16:00:00 UTC",
        "renew it where it comes from; when it was made just now, compare the clocks of both machines",
    ),
    "http": (
        lambda folder: FromOidcClient(issuer="http://login.example.com", client_id="a", client_secret="b"),
        "TRD535",
        "the credential 'db' can't be had from http://login.example.com: its URL doesn't begin with https://, and secrets "
        "would be sent in the clear",
        "correct the issuer: it is what the provider's own page of that name calls it",
    ),
}


@pytest.mark.parametrize(
    ("make", "code", "message", "fix"), [pytest.param(*each, id=name) for name, each in NO_VALUE.items()]
)
def test_what_is_said_when_there_is_no_value(make, code, message, fix, tmp_path):
    """
    Each way in which a value can't be had has its own words, a code, and a remedy; and none of them a secret.
    """
    credentials = asked(make(tmp_path), tmp_path, DB_PASSWORD="t0p-secret", EMPTY="")
    with pytest.raises(CredentialError) as raised:
        credentials["db"]
    [said] = raised.value.diagnostics
    assert (code, message.format(folder=tmp_path), fix.format(folder=tmp_path), PLACE) == (
        said.code,
        said.message,
        said.fix,
        said.span,
    )
    assert "t0p-secret" not in f"{said}"


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path):
    """
    A command that waits for something is ended, and so is what it has started, which holds its output open.
    """
    from treadle.credentials.providers import Asking

    [credential] = offered(db=sh("sleep 1000 & echo $! >pid; wait")).values()
    asking = Asking(credential=credential, environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path, other=str)
    assert isinstance(credential.provider, FromCommand)
    with pytest.raises(CredentialError, match=r"the command sh took longer than 0\.3 s"):
        from_command(credential.provider, asking, seconds=0.3)
    with suppress(ProcessLookupError):
        sleeping = os.pidfd_open(int((tmp_path / "pid").read_text()))
        assert [sleeping] == select.select([sleeping], [], [], 10)[0]  # readable when it has ended


def test_only_what_is_named_is_had(tmp_path):
    """
    A step gets the credentials that it names, and is told so when it asks for another one.
    """
    known = offered(warehouse=sh("echo p@ss-word"), registry=sh("exit 1"), other=sh("exit 1"))
    credentials = Credentials(["warehouse", "registry"], known, environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path)
    assert "p@ss-word" == credentials["warehouse"]
    assert ["warehouse", "registry"] == list(credentials)
    assert "registry" in credentials  # whose value nobody has asked for
    assert "other" not in credentials
    with pytest.raises(StepFailed) as raised:
        credentials["warehuose"]
    assert (
        "the step doesn't name the credential 'warehuose': it may use registry, warehouse; did you mean 'warehouse'?"
        == str(raised.value)
    )
    with pytest.raises(StepFailed, match="the step doesn't name the credential 'other': it names none"):
        Credentials([], known, environment={})["other"]
    with pytest.raises(StepFailed, match="there is no credential 'werehouse'; did you mean 'warehouse'"):
        Credentials(["werehouse"], known, environment={})["werehouse"]
    assert "p@ss-word" not in repr(credentials)


def test_a_value_is_asked_for_once(tmp_path):
    """
    However often a step asks, a value that doesn't expire comes from its provider once, and was told before.
    """
    told = []
    credentials = Credentials(
        ["db"],
        offered(db=sh("echo x >>asked; echo the-value")),
        environment={"PATH": "/usr/bin:/bin"},
        folder=tmp_path,
        tell=lambda name, value: told.append((name, value, (tmp_path / "asked").read_text())),
    )
    assert ["the-value"] * 3 == [credentials["db"] for _ in range(3)]
    assert [("db", "the-value", "x\n")] == told


def test_a_token_in_a_file_is_read_again_before_it_ends(tmp_path):
    """
    Whoever writes a new token into the file before the old one ends, as Kubernetes does, has steps use the new one.
    """
    now = [0.0]
    first, second = token(exp=time.time() + 600, n=1), token(exp=time.time() + 600, n=2)
    known = offered(db=secret_file(tmp_path, first.encode()))
    credentials = Credentials(["db"], known, environment={}, folder=tmp_path, clock=lambda: now[0])
    credentials["db"]
    secret_file(tmp_path, second.encode())
    now[0] = credentials.resolved("db").had_at + 500
    assert first == credentials["db"]
    now[0] += 60
    assert second == credentials["db"]


def exchange(subject: str) -> FromTokenExchange:
    return FromTokenExchange(issuer="https://login.example.com", client_id="a", subject=subject)


@pytest.mark.parametrize(
    ("known", "message", "why", "fix"),
    [
        pytest.param(
            offered(db=exchange("db")),
            "the credential 'db' is made with itself",
            "each is needed for the one before it: db → db",
            "let one of them come from somewhere else",
            id="itself",
        ),
        pytest.param(
            offered(db=exchange("a"), a=exchange("b"), b=exchange("a")),
            "the credential 'a' is made with itself",
            "each is needed for the one before it: a → b → a",
            "let one of them come from somewhere else",
            id="circle",
        ),
        pytest.param(
            offered(db=exchange("sesame"), sesam=sh("exit 1")),
            "the credential 'db' is made with 'sesame', which doesn't exist",
            "",
            "did you mean 'sesam'?",
            id="unknown",
        ),
    ],
)
def test_a_credential_that_is_made_with_another(known, message, why, fix):
    """
    What a credential is made with has to exist, and can't be made with it.
    """
    with pytest.raises(CredentialError) as raised:
        Credentials(["db"], known, environment={})["db"]
    [said] = raised.value.diagnostics
    assert ("TRD538", message, why, fix) == (said.code, said.message, said.why, said.fix)
