"""What a platform team offers to a project: compute profiles and credentials, read from files and packages."""

from treadle.project.platform.offering import FILES, files_of, read_offer
from treadle.project.platform.packages import GROUP
from treadle.project.platform.records import Offer

__all__ = ["FILES", "GROUP", "Offer", "files_of", "read_offer"]
