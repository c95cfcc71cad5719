"""Where each value of an asset came from, step by step."""

from treadle.project.explaining.asking import FIELDS, explain, field_names
from treadle.project.explaining.records import Explanation, FieldStep, FieldStory, TemplateUse, Variable

__all__ = [
    "FIELDS",
    "Explanation",
    "FieldStep",
    "FieldStory",
    "TemplateUse",
    "Variable",
    "explain",
    "field_names",
]
