"""What was asked for, found and explained: an asset, or one of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from treadle.errors import UsageError, did_you_mean
from treadle.project.explaining.finding import Found, find
from treadle.project.explaining.reading import Reader
from treadle.project.explaining.records import Explanation, FieldStep, FieldStory, TemplateUse
from treadle.project.explaining.secrecy import Secrets, secrets_of
from treadle.project.explaining.stories import stories_of
from treadle.project.explaining.values import MAPPINGS, SIMPLE, STEP_FIELDS
from treadle.project.settings import find_settings

__all__ = ["FIELDS", "explain", "field_names"]

FIELDS = (*SIMPLE, *MAPPINGS, *STEP_FIELDS)
"""What can be asked for of every asset; `tags`, `metadata` and `columns` also by name: `tags.pii`."""

_ALIASES = {
    "group_name": "group",
    "partitions_def": "partitions",
    "automation_condition": "automation",
    "freshness_policy": "freshness",
    "backfill_policy": "backfill",
    "retry_policy": "retries",
    "name": "step",
}


def explain(folder: Path, text: str) -> Explanation:
    """Where the values of an asset come from; of one field, when that is named behind a dot.

    Raises:
        ProjectError: when there is no project, or its settings can't be used.
        UsageError: when there is no such asset, or no such field.
    """
    settings = find_settings(folder)
    secrets = secrets_of(settings)
    found = find(settings, text)
    if found.asset is None:
        return Explanation(asset=found.key, field=found.field, mentions=found.mentions, diagnostics=found.diagnostics)
    assert found.heard is not None
    reader = Reader(named=found.heard.named, secrets=secrets)
    stories = stories_of(found.asset, found.step, settings, found.heard, reader)
    stories = _without_secrets(stories, secrets)
    wanted = _wanted(found, stories)
    origin = found.asset.origin
    return Explanation(
        asset=found.key,
        field=found.field,
        component=origin.component if origin else "",
        type=found.type,
        origin=origin,
        fields=tuple(wanted),
        diagnostics=found.diagnostics,
    )


def field_names(stories: Iterable[FieldStory]) -> list[str]:
    """What can be asked for of an asset."""
    return list(dict.fromkeys((*FIELDS, *(each.name for each in stories))))


def _wanted(found: Found, stories: Sequence[FieldStory]) -> list[FieldStory]:
    """The stories of what was asked for.

    Raises:
        UsageError: when there is no such field.
    """
    name = _ALIASES.get(found.field, found.field)
    if not name:
        return list(stories)
    wanted = [each for each in stories if each.name == name or (name in MAPPINGS and each.name.startswith(f"{name}."))]
    if wanted or name in MAPPINGS:
        return wanted
    names = field_names(stories)
    fix = did_you_mean(name, names) or f"ask for one of {', '.join(FIELDS)}"
    raise UsageError(f"the asset {str(found.key)!r} has no field {found.field!r}", fix=fix)


def _without_secrets(stories: Sequence[FieldStory], secrets: Secrets) -> list[FieldStory]:
    """The stories without what the environment holds."""
    around = {name for story in stories for step in story.steps for name in _read(step.templates)}
    return [_story(each, secrets, around) for each in stories]


def _story(story: FieldStory, secrets: Secrets, around: set[str]) -> FieldStory:
    steps: list[FieldStep] = []
    for step in story.steps:
        steps.append(
            replace(
                step,
                value=secrets.hide(step.value, _read(step.templates), around),
                templates=tuple(_use(each, secrets, around) for each in step.templates),
            )
        )
    last = _read(story.steps[-1].templates) if story.steps else []
    return replace(story, value=secrets.hide(story.value, last, around), steps=tuple(steps))


def _use(use: TemplateUse, secrets: Secrets, around: set[str]) -> TemplateUse:
    return replace(
        use,
        variables=tuple(
            replace(each, value=secrets.hide(each.value, (), around)) if each.is_shown else each
            for each in use.variables
        ),
    )


def _read(templates: Iterable[TemplateUse]) -> list[str]:
    """The environment variables that templates read."""
    return [
        each.name.removeprefix("env.")
        for use in templates
        for each in use.variables
        if each.comes_from in ("environment", ".env")
    ]
