"""Steps as Slurm batch jobs, by Slurm's own commands; both sides see the same file system."""

from __future__ import annotations

from treadle.adapters.slurm.executor import opened

__all__ = ["opened"]
