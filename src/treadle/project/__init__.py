"""A folder becomes a checked asset graph: settings, discovery, loading, linking. The compiler."""

from treadle.project.loading import LoadedComponent
from treadle.project.project import Project, load
from treadle.project.settings import Settings, find_settings

__all__ = ["LoadedComponent", "Project", "Settings", "find_settings", "load"]
