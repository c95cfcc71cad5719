"""What building said last time, so that whoever only lists builds nothing that hasn't changed."""

from treadle.project.remembering.files import is_settled, signature_of
from treadle.project.remembering.folders import Folders

__all__ = ["Folders", "is_settled", "signature_of"]
