"""Steps as Kubernetes Jobs, through the official client."""

from __future__ import annotations

from treadle.adapters.kubernetes.executor import opened
from treadle.adapters.kubernetes.manifest import KubernetesOptions, manifest

__all__ = ["KubernetesOptions", "manifest", "opened"]
