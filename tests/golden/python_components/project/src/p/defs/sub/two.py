from treadle import component_instance
from p.components.keyed import Keyed


@component_instance
def third(context) -> Keyed:
    return Keyed(key="third")
