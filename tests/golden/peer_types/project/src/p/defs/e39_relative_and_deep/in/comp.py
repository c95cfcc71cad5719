from treadle import Asset, Component, Definitions


class Rel(Component):
    """One asset."""

    key: str

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=self.key)])
