"""Component types of a package."""

from treadle import Asset, Component, Definitions


class Sql(Component):
    """Declares an asset."""

    key: str

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=self.key)])
