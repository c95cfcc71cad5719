"""`treadle tokens …`: API tokens of a shared server, made by whoever may write to its store."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import opened_store
from treadle.cli.showing import json_option, show_objects
from treadle.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from treadle.project import Settings
    from treadle.store import Store
    from treadle.store.api_tokens import ApiToken

__all__ = ["tokens"]

_DAYS = 30
_ROLES = ("viewer", "launcher", "editor", "admin")


@click.group()
def tokens() -> None:
    """Make, list and revoke the API tokens of a shared server."""


@tokens.command()
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default="viewer", show_default=True, help="What it may do.")
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only with assets of this group. (repeatable)")
@click.option("--path", "paths", multiple=True, metavar="DIR", help="Only with what is below defs/DIR. (repeatable)")
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="For how long. [default: 30, or what is allowed]")
@json_option
@click.pass_obj
def create(
    folder: Path, name: str, role: str, groups: tuple[str, ...], paths: tuple[str, ...], days: int | None, as_json: bool
) -> None:
    """Make a token called NAME, and print it: it can't be printed again.

    Programs send it as `Authorization: Bearer TOKEN`. The store keeps a digest of it.
    """
    from treadle.project import find_settings
    from treadle.server.identity.digests import digest, new_id, new_token
    from treadle.store.api_tokens import ApiToken

    settings = find_settings(folder)
    longest = _longest_days(settings)
    days = days or min(_DAYS, longest)
    if days > longest:
        raise UsageError(
            f"a token is good for {longest} days at most", fix="raise token_lifetime in [tool.treadle.server]"
        )
    if (groups or paths) and role not in ("launcher", "editor"):
        raise UsageError(f"the role {role!r} has no limits", fix="leave out --group and --path")
    secret, moment = new_token(), datetime.now(UTC)
    made = ApiToken(
        digest=digest(secret),
        id=new_id(),
        owner="",
        made_by=_user(),
        name=name,
        role=role,
        groups=groups,
        paths=tuple(each.strip("/") for each in paths),
        created_at=moment,
        expires_at=moment + timedelta(days=days),
    )
    with opened_store(settings) as store:
        store.api_tokens.add(str(settings.root), made)
        _note(settings, store, "make_token", made)
    if as_json:
        click.echo(json.dumps({**_json_of(made), "secret": secret}, indent=2))
        return
    click.echo(secret)
    click.echo(f"{name}: {_what(made)}, until {made.expires_at:%Y-%m-%d}; it isn't shown again", err=True)


@tokens.command(name="list")
@json_option
@click.pass_obj
def list_(folder: Path, as_json: bool) -> None:
    """List the tokens of the project, the newest first; never what they are."""
    from treadle.cli.tables import table
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        found = store.api_tokens.all(str(settings.root))
    now = datetime.now(UTC)
    rows = [
        (each.id, each.name, each.status(now), _day(each.expires_at), _day(each.seen_at), each.made_by, _what(each))
        for each in found
    ]
    columns = ("Token", "Name", "Status", "Until", "Last used", "Made by", "May")
    empty = "No token yet. Make one: treadle tokens create NAME"
    show_objects(as_json, list(map(_json_of, found)), lambda: table(columns, rows, empty=empty))


@tokens.command()
@click.argument("token_id", metavar="TOKEN")
@click.pass_obj
def revoke(folder: Path, token_id: str) -> None:
    """Make a TOKEN, named as `treadle tokens list` names it, worthless from now on."""
    from treadle.project import find_settings

    settings = find_settings(folder)
    with opened_store(settings) as store:
        known = {each.id: each for each in store.api_tokens.all(str(settings.root))}
        if (found := known.get(token_id)) is None:
            raise UsageError(
                f"there is no token {token_id!r}", fix=did_you_mean(token_id, known) or "treadle tokens list"
            )
        if not store.api_tokens.revoke(str(settings.root), token_id):
            raise UsageError(f"the token {found.name!r} was revoked before")
        _note(settings, store, "revoke_token", found)
    click.echo(f"Revoked {found.name!r}, which {found.made_by} has made.")


def _note(settings: Settings, store: Store, action: str, token: ApiToken) -> None:
    from treadle.store.changes import Change

    change = Change(
        at=datetime.now(UTC), kind="command", who=_user(), action=action, target=token.name, details=_what(token),
        outcome="done",
    )  # fmt: skip
    store.changes.record(str(settings.root), change)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user whom nobody has given a name
        return "somebody"


def _longest_days(settings: Settings) -> int:
    from treadle.project.serving import LONGEST_TOKEN

    return max(1, int((settings.sharing.token_lifetime if settings.sharing else LONGEST_TOKEN) // 86_400))


def _what(token: ApiToken) -> str:
    limits = [*token.groups, *(f"{each}/" for each in token.paths)]
    return token.role + (f" in {', '.join(limits)}" if limits else "")


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else "–"


def _json_of(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "status": token.status(datetime.now(UTC)),
        "role": token.role,
        "groups": list(token.groups),
        "paths": list(token.paths),
        "made_by": token.made_by,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "seen_at": token.seen_at.isoformat() if token.seen_at else None,
    }
