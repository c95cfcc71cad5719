"""`treadle policy …`: the life of policies, in a project that is older than they are."""

from __future__ import annotations

import click

from treadle.cli.policy_baseline import baseline, waivers
from treadle.cli.policy_preview import preview
from treadle.cli.policy_reporting import report
from treadle.cli.policy_testing import test

__all__ = ["policy"]


@click.group()
def policy() -> None:
    """Live with policies: baseline, waivers, reports; test them, and see what new ones would break."""


for _command in (baseline, waivers, report, preview, test):
    policy.add_command(_command)
