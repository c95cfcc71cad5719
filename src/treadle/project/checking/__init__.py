"""The static check: documents against descriptors. Nothing of the project is imported, nothing is built."""

from treadle.project.checking.checker import Checker
from treadle.project.checking.records import FileCheck, Scope
from treadle.project.checking.walk import Checked, check, checker_for, descriptors_for

__all__ = ["Checked", "Checker", "FileCheck", "Scope", "check", "checker_for", "descriptors_for"]
