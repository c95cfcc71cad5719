"""`treadle list compute` and `treadle list credentials`: what the platform offers, to whom, and which steps use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from treadle.cli.loaded import load_for_listing
from treadle.cli.showing import first_line, json_option, place_json
from treadle.cli.tables import table

if TYPE_CHECKING:
    from treadle.ir import AssetGraph, ComputeProfile, Credential, Provider
    from treadle.ir.platform_use import Kind

__all__ = ["compute", "credentials"]


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def compute(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List compute profiles: what each gives to a step, who may use it, and which steps do."""
    project, code = load_for_listing(folder)
    graph = project.graph
    found = sorted(graph.platform.compute.values(), key=lambda each: each.name)
    if as_json:
        click.echo(json.dumps([_profile_json(each, graph) for each in found], indent=2, default=str))
        ctx.exit(code)
    rows = [
        (
            each.name,
            each.launcher,
            ", ".join(_given(each)) or "whatever there is",
            "–" if each.cost_per_hour is None else f"{each.cost_per_hour:g}",
            str(len(_users(graph, "compute profile", each.name)) or ""),
            each.allowed,
            first_line(each.description),
        )
        for each in found
    ]
    empty = "No compute profiles are offered. Name some in compute.yaml, beside pyproject.toml."
    table(("Profile", "Launcher", "Gives", "Cost/h", "Steps", "For", "Description"), rows, empty=empty)
    ctx.exit(code)


@click.command()
@json_option
@click.pass_obj
@click.pass_context
def credentials(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """List credentials: where each comes from, who may use it, and which steps do.

    Their values are never shown, nor looked up.
    """
    project, code = load_for_listing(folder)
    graph = project.graph
    found = sorted(graph.platform.credentials.values(), key=lambda each: each.name)
    if as_json:
        click.echo(json.dumps([_credential_json(each, graph) for each in found], indent=2))
        ctx.exit(code)
    rows = [
        (
            each.name,
            " ".join(_source(each.provider)),
            str(len(_users(graph, "credential", each.name)) or ""),
            each.allowed,
            first_line(each.description),
        )
        for each in found
    ]
    empty = "No credentials are offered. Name some in credentials.yaml, beside pyproject.toml."
    table(("Credential", "Comes from", "Steps", "For", "Description"), rows, empty=empty)
    ctx.exit(code)


def _given(profile: ComputeProfile) -> Iterator[str]:
    from treadle.ir.amounts import memory_text, seconds_text

    if profile.cpus is not None:
        yield f"{profile.cpus:g} CPU{'' if profile.cpus == 1 else 's'}"
    if profile.memory is not None:
        yield memory_text(profile.memory)
    if profile.gpus:
        yield f"{profile.gpus:g} GPU{'' if profile.gpus == 1 else 's'}"
    yield from (f"{amount:g} {name}" for name, amount in profile.resources.items())
    if profile.max_duration is not None:
        yield seconds_text(profile.max_duration)


def _profile_json(profile: ComputeProfile, graph: AssetGraph) -> dict[str, Any]:
    return {
        "name": profile.name,
        "launcher": profile.launcher,
        "description": profile.description,
        "cpus": profile.cpus,
        "memory": profile.memory,
        "gpus": profile.gpus,
        "resources": dict(profile.resources),
        "image": profile.image,
        "environment": sorted(profile.environment),
        "queue": profile.queue,
        "max_duration": profile.max_duration,
        "cost_per_hour": profile.cost_per_hour,
        "options": dict(profile.options),
        "allowed": profile.allowed,
        "steps": _users(graph, "compute profile", profile.name),
        **place_json(profile.origin),
    }


def _credential_json(credential: Credential, graph: AssetGraph) -> dict[str, Any]:
    provider, source = _source(credential.provider)
    return {
        "name": credential.name,
        "provider": provider,
        "source": source,
        "description": credential.description,
        "allowed": credential.allowed,
        "steps": _users(graph, "credential", credential.name),
        **place_json(credential.origin),
    }


def _source(provider: Provider) -> tuple[str, str]:
    """What kind of provider it is, and what it asks: of a command only its name, as its arguments may be secret."""
    from treadle.ir import FromCommand, FromEnvironment, FromFile, FromOidcClient

    match provider:
        case FromEnvironment(variable=variable):
            return "environment", variable
        case FromFile(path=path):
            return "file", str(path)
        case FromCommand(command=command):
            return "command", command[0]
        case FromOidcClient(issuer=issuer):
            return "oidc_client", issuer
    return "token_exchange", provider.issuer


def _users(graph: AssetGraph, kind: Kind, name: str) -> list[str]:
    """The steps that name it."""
    from treadle.ir.platform_use import used

    return sorted(step.address for step in graph.steps.values() if (kind, name) in used(step))
