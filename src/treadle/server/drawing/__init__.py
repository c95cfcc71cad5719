"""Places for the assets of a whole project in one picture: each right of what it is made from, groups as areas."""

from treadle.server.drawing.areas import Area, Drawing, draw
from treadle.server.drawing.blocks import COLUMN

__all__ = ["COLUMN", "Area", "Drawing", "draw"]
