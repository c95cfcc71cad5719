"""What is due is told, again when that fails, and recorded; it never takes longer than it may."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.unit.observers.receivers import http_receiver, mail_receiver
from treadle.ir.hooks import ToCommand, ToEmail, ToSlack, ToWebhook
from treadle.observers.delivering import MOST_ATTEMPTS, seconds_before_next


def states(office) -> list[tuple[str, str, int, str]]:
    return [(each.hook, each.status.value, each.attempts, each.error) for each in office.store.deliveries()]


def test_what_fails_twice_arrives_at_the_third_attempt(office) -> None:
    """
    A receiver that is out of order is tried again, later each time, and recognizes what it is told by its id.
    """
    with http_receiver(500, 503) as receiver:
        office.with_hook(ToWebhook(url=receiver.url)).has_to_tell()
        waits = []
        for _ in range(3):
            [told] = office.tells()
            waits.append(told.again_in)
            assert [] == office.tells()
            office.waits_a_day()
        assert [] == office.tells()
    assert 1 == len({request.headers["webhook-id"] for request in receiver.received})
    assert 3 == len(receiver.received)
    first, second, last = waits
    assert timedelta(seconds=24) <= first <= timedelta(seconds=36)
    assert timedelta(seconds=84) <= second <= timedelta(seconds=126)
    assert last is None
    assert [("team", "delivered", 3, "")] == states(office)


def test_what_never_arrives_is_given_up(office) -> None:
    """
    After eight attempts, the last error is what remains; somebody may want it again.
    """
    office.with_hook(ToCommand(command=("sh", "-c", "echo too bad >&2; exit 3"))).has_to_tell()
    errors = []
    for _ in range(MOST_ATTEMPTS):
        errors += [told.error for told in office.tells()]
        office.waits_a_day()
    assert ["it ended with 3: too bad"] * 8 == errors
    assert ([], [("team", "failed", 8, "it ended with 3: too bad")]) == (office.tells(), states(office))

    office.with_hook(ToCommand(command=("true",)))
    office.store.retry_delivery(1)
    assert [""] == [told.error for told in office.tells()]
    assert [("team", "delivered", 1, "")] == states(office)


def test_the_attempts_take_about_a_day() -> None:
    """
    Chance moves each wait by a fifth; together they are long enough for somebody to come to work.
    """
    waits = [[seconds_before_next(n, chance=chance) for n in range(1, 8)] for chance in (0.0, 0.5, 1.0)]
    assert [17, 21, 26] == [round(sum(each) / 3600) for each in waits]
    assert all(later > earlier for each in waits for earlier, later in pairwise(each))


def test_who_hangs_keeps_nobody_else_from_being_told(office) -> None:
    """
    Hooks are told at once, and one that doesn't answer costs no more than the time that there is.
    """
    with http_receiver(0) as hanging, http_receiver() as other, mail_receiver() as mail:
        office.with_hook(ToWebhook(url=hanging.url), name="hanging")
        office.with_hook(ToSlack(url=other.url), name="chat")
        office.with_hook(ToEmail(to=("a@b.c",), sender="t@b.c", smtp=f"smtp://127.0.0.1:{mail.port}"), name="mail")
        office.has_to_tell().tells(seconds=2.0)
    assert (1, 1) == (len(other.received), len(mail.mails))
    assert [
        ("mail", "delivered", 1, ""),
        ("chat", "delivered", 1, ""),
        ("hanging", "pending", 1, "it didn't answer in time"),
    ] == states(office)


def test_more_than_are_told_at_once_are_all_told(office) -> None:
    """
    One call tells everything that is due, as long as there is time.
    """
    with http_receiver() as receiver:
        office.with_hook(ToWebhook(url=receiver.url)).has_to_tell(*["team"] * 20)
        assert 20 == len(office.tells())
    assert 20 == len(receiver.received)


def test_when_the_time_is_over_the_rest_waits(office) -> None:
    """
    What can't be begun in time isn't begun, and isn't counted as an attempt.
    """
    with http_receiver(*[0] * 8) as receiver:
        office.with_hook(ToWebhook(url=receiver.url)).has_to_tell(*["team"] * 9)
        assert 8 == len(office.tells(seconds=0.5))
    assert ("team", "pending", 0, "") == states(office)[0]


def test_a_command_gets_the_message(office) -> None:
    """
    Standard input holds the JSON, and variables the parts of it that a script needs; it runs in the project's folder.
    """
    script = 'cat > told.json; printf "%s|" "$TREADLE_HOOK_NAME" "$TREADLE_HOOK_KIND" "$TREADLE_HOOK_RUN" "$1" > told'
    way = ToCommand(command=("sh", "-c", script, "-", "{{ env.WHO }}"))
    office.environment["WHO"] = "ann & ben"
    assert "" == office.tries(way)

    told = json.loads((office.project / "told.json").read_text(encoding="utf-8"))
    assert office.message == {key: value for key, value in told.items() if key != "id"}
    assert "team|overdue||ann & ben|" == (office.project / "told").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        pytest.param(("no-such-command",), "'no-such-command' couldn't be started: No such file", id="missing"),
        pytest.param(("sh", "-c", "echo one; echo two; exit 1"), "it ended with 1: two", id="exit"),
        pytest.param(("sh", "-c", "kill -TERM $$"), "it was ended by signal 15", id="signal"),
        pytest.param(("true", "\0"), "couldn't be started: embedded null byte", id="nul"),
    ],
)
def test_a_command_that_fails_says_why(office, command, told) -> None:
    """
    How it ended and the last line that it printed are the error.
    """
    assert told in office.tries(ToCommand(command=command))


def test_a_command_that_does_not_end_is_killed_with_its_children(office) -> None:
    """
    Nothing of what a hook started is left when its time is over.
    """
    os.mkfifo(office.project / "alive")
    reader = os.open(office.project / "alive", os.O_RDONLY | os.O_NONBLOCK)
    # As long as one of them has it open for writing, reading from it has no end.
    script = "exec 3> alive; sleep 1000 & sleep 1000"
    assert "it didn't end within 0.9 s" == office.tries(ToCommand(command=("sh", "-c", script)), seconds=1.0)
    os.set_blocking(reader, True)
    assert b"" == os.read(reader, 1)
    os.close(reader)


def test_a_command_may_print_without_end(office) -> None:
    """
    What isn't read is printed into nowhere, and nobody waits for it.
    """
    script = "head -c 3000000 /dev/zero; (while :; do :; done) & echo $! > child; exit 0"
    assert "" == office.tries(ToCommand(command=("bash", "-c", script)))
    os.kill(int((office.project / "child").read_text()), 9)


SECRETS = {"TOKEN": "t0p/s3cret-t0ken", "PASSWORD": "p@ss s3cret"}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(ToCommand(command=("sh", "-c", "echo no {{ env.TOKEN }}; exit 1")), id="command"),
        pytest.param(ToCommand(command=("/no/{{ env.TOKEN }}",)), id="no-command"),
        pytest.param(ToWebhook(url="{URL}/{{ env.TOKEN }}", secret="{{ env.PASSWORD }}"), id="webhook"),
        pytest.param(ToWebhook(url="http://ann:{{ env.PASSWORD }}@local host/{{ env.TOKEN }}"), id="bad-url"),
        pytest.param(ToSlack(url="{URL}/services/T/B/s3cret-t0ken"), id="slack-as-it-is"),
        pytest.param(ToEmail(to=("a@b.c",), sender="t@b.c", smtp="smtp://a:{{ env.PASSWORD }}@127.0.0.1:x"), id="mail"),
        pytest.param(ToEmail(to=("{{ env.TOKEN }}\n@b.c",), sender="t@b.c", smtp="smtp://127.0.0.1:1"), id="address"),
    ],
)
def test_secrets_are_not_recorded(office, way) -> None:
    """
    Whatever goes wrong, and whatever the other side says of it: the store holds nothing that was secret.
    """
    office.environment |= SECRETS
    said = (
        "no: s3cret-t0ken" if isinstance(way, ToSlack) else "no: t0p%2Fs3cret-t0ken by p%40ss%20s3cret or p@ss s3cret"
    )
    with http_receiver(403, text=said) as receiver:
        if isinstance(way, ToWebhook | ToSlack):
            way = replace(way, url=way.url.replace("{URL}", receiver.url))
        office.with_hook(way).has_to_tell().tells()
    [(_, status, _, error)] = states(office)
    assert ("pending", True) == (status, bool(error))
    assert "s3cret" not in error
    dump = "\n".join(file.read_bytes().decode("latin-1") for file in office.project.glob("treadle.db*"))
    assert "s3cret" not in dump


def test_a_secret_that_is_not_there_yet_is_waited_for(office) -> None:
    """
    A variable that isn't set is why an attempt fails; when it is, the next one succeeds.
    """
    with http_receiver() as receiver:
        office.with_hook(ToWebhook(url="{{ env.URL }}")).has_to_tell()
        [told] = office.tells()
        assert "the environment variable 'URL' is not set" == told.error
        office.environment["URL"] = receiver.url
        office.waits_a_day()
        assert [""] == [each.error for each in office.tells()]
    assert 1 == len(receiver.received)


def test_a_hook_that_was_removed_is_waited_for(office) -> None:
    """
    What nobody can tell says so, and is told when the hook is back.
    """
    office.has_to_tell("gone")
    assert ["the project has no hook 'gone' any more"] == [told.error for told in office.tells()]
    office.with_hook(ToCommand(command=("true",)), name="gone").waits_a_day()
    assert [""] == [told.error for told in office.tells()]
