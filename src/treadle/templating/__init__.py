"""Sandboxed expressions over a declared scope: `{{ project_root }}`, `{{ env.X }}`, `{{ node.name }}`.

Text without braces is never touched, an expression that is the whole text keeps the kind of its
result, and what a template gives is never rendered again.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from treadle.templating.deferred import Template, Unrendered
    from treadle.templating.dotenv import load_dotenv
    from treadle.templating.env import Env
    from treadle.templating.models import deferred_paths
    from treadle.templating.places import KEY, Locate, NodePath, Variables
    from treadle.templating.rendering import render
    from treadle.templating.resolving import resolve
    from treadle.templating.validation import explain

__all__ = [
    "KEY",
    "Env",
    "Locate",
    "NodePath",
    "Template",
    "Unrendered",
    "Variables",
    "deferred_paths",
    "explain",
    "load_dotenv",
    "render",
    "resolve",
]

# Looked up when they are asked for: rendering alone needs no pydantic, and a .env file needs no Jinja.
_EXPORTS = {
    "KEY": "places",
    "Env": "env",
    "Locate": "places",
    "NodePath": "places",
    "Template": "deferred",
    "Unrendered": "deferred",
    "Variables": "places",
    "deferred_paths": "models",
    "explain": "validation",
    "load_dotenv": "dotenv",
    "render": "rendering",
    "resolve": "resolving",
}


def __getattr__(name: str) -> object:
    if module := _EXPORTS.get(name):
        return globals().setdefault(name, getattr(import_module(f"treadle.templating.{module}"), name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
