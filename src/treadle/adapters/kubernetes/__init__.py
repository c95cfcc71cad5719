"""Steps as Kubernetes Jobs, through the official client."""

from __future__ import annotations

from treadle.adapters.kubernetes.executor import opened
from treadle.adapters.kubernetes.manifest import manifest

__all__ = ["manifest", "opened"]
