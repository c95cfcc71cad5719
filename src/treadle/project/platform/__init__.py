"""What a platform team offers to a project: compute profiles and credentials, read from files and packages."""

from treadle.project.platform.offering import FILES, read_offer
from treadle.project.platform.records import Offer

__all__ = ["FILES", "Offer", "read_offer"]
