from treadle import Asset, Component, Definitions


class Keyed(Component):
    """One asset."""

    key: str
    after: str | None = None

    def build_defs(self, context):
        deps = [each.key for each in context.build_defs(self.after).assets] if self.after else []
        return Definitions(assets=[Asset(key=self.key, deps=deps)])
