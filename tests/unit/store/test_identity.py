"""Who may ask a shared server, and the log of what they changed, in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from treadle.store import Store, open_store
from treadle.store.api_tokens import ApiToken
from treadle.store.changes import Change
from treadle.store.people import Login, Person, Session

NOW = datetime.now(UTC)
LATER, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(seconds=1)
ADA = Person(subject="a1", name="Ada", email="ada@mill.example", claims={"groups": ["looms"]}, seen_at=NOW)


def session(digest: str, expires_at: datetime = LATER) -> Session:
    return Session(
        digest=digest,
        id=f"id-{digest}",
        subject="a1",
        address="192.0.2.1",
        browser="Firefox",
        created_at=NOW,
        seen_at=NOW,
        expires_at=expires_at,
    )


def login(state: str, expires_at: datetime = LATER) -> Login:
    return Login(state=state, nonce="n", verifier="v", target="/runs", expires_at=expires_at)


def test_a_login_is_taken_once(store: Store) -> None:
    """
    What has begun can be ended once, in its project, in time; whoever shows the same state again gets nothing.
    """
    store.people.begin_login("/mill", login("late", BEFORE))
    assert store.people.take_login("/mill", "late") is None
    store.people.begin_login("/mill", login("s"))
    assert store.people.take_login("/farm", "s") is None
    assert login("s") == store.people.take_login("/mill", "s")
    assert store.people.take_login("/mill", "s") is None


def test_a_session_lasts_until_it_is_ended(store: Store) -> None:
    """
    A session names its person as they were last, is one of its project, and is over when its time is, or somebody says so.
    """
    store.people.let_in("/mill", ADA, session("one"))
    promoted = Person(subject="a1", name="Ada L.", email=ADA.email, claims={"groups": ["boss"]}, seen_at=NOW)
    store.people.let_in("/mill", promoted, session("two"))
    store.people.let_in("/mill", promoted, session("over", BEFORE))
    assert (session("one"), promoted) == store.people.session("/mill", "one")
    assert store.people.session("/farm", "one") is None
    assert store.people.session("/mill", "over") is None
    assert ["id-one", "id-two"] == [each.id for each in store.people.sessions_of("/mill", "a1")]
    assert not store.people.end_session("/mill", "b2", "id-one")
    assert store.people.end_session("/mill", "a1", "id-one")
    assert store.people.session("/mill", "one") is None
    assert promoted == store.people.person("/mill", "a1")


def test_a_token_is_known_after_its_end(store: Store) -> None:
    """
    A token that is revoked or over is still listed, and good for nothing.
    """
    token = ApiToken(
        digest="d",
        id="t1",
        owner="a1",
        made_by="Ada",
        name="ci",
        role="launcher",
        groups=("looms",),
        created_at=NOW,
        expires_at=LATER,
    )
    store.api_tokens.add("/mill", token)
    assert token == store.api_tokens.find("/mill", "d")
    assert store.api_tokens.find("/farm", "d") is None
    assert (True, False) == (token.is_good(NOW), token.is_good(LATER))
    store.api_tokens.see(token)
    assert [] == store.api_tokens.all("/mill", owner="b2")
    assert store.api_tokens.revoke("/mill", "t1")
    assert not store.api_tokens.revoke("/mill", "t1")
    [found] = store.api_tokens.all("/mill", owner="a1")
    assert found.seen_at is not None
    assert not found.is_good(NOW)


@pytest.mark.parametrize(
    ("asked", "actions"),
    [
        pytest.param({}, ["revoke_token", "launch_run", "launch_run"], id="all"),
        pytest.param({"who": "ADA"}, ["launch_run", "launch_run"], id="who"),
        pytest.param({"who": "%"}, [], id="no-pattern"),
        pytest.param({"actions": ["revoke_token"]}, ["revoke_token"], id="action"),
        pytest.param({"outcomes": ["refused"]}, ["launch_run"], id="outcome"),
        pytest.param({"since": LATER}, ["revoke_token"], id="since"),
        pytest.param({"limit": 1}, ["revoke_token"], id="limit"),
    ],
)
def test_changes_are_told_the_newest_first(store_url: str, asked: dict[str, object], actions: list[str]) -> None:
    """
    The log tells what was done by whom, whatever it is asked for; a project sees its own.
    """
    with open_store(store_url) as store:
        done = Change(at=NOW, kind="person", who="Ada", action="launch_run", outcome="done", status=202)
        refused = Change(at=NOW, kind="token", who="ada's ci", action="launch_run", outcome="refused", status=403)
        last = Change(at=LATER, kind="command", who="root", action="revoke_token", outcome="done")
        for each in (done, refused, last):
            store.changes.record("/mill", each)
        store.changes.record("/farm", done)
        found = store.changes.all("/mill", **asked)  # type: ignore[arg-type]
        assert actions == [each.change.action for each in found]
        if not asked:
            assert [last, refused, done] == [each.change for each in found]
            assert [done] == [each.change for each in store.changes.all("/mill", before=found[1].id)]
