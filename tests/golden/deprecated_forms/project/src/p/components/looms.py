"""Component types that were written otherwise once."""

from treadle import (
    Asset,
    Attributes,
    Component,
    Definitions,
    RemovedField,
    RenamedField,
    RenamedValue,
    ReplacedType,
    RewrittenField,
)


def in_a_list(value):
    if value == "never":
        raise ValueError("never is no time")
    return [value]


class Source(Attributes):
    path: str = ""
    deprecations = (RenamedField("file", to="path", since="1.1"),)


class Loom(Component):
    """Weaves."""

    key: str
    mode: str = ""
    source: Source = Source()
    sources: list[Source] = []
    crons: list[str] = []

    deprecations = (
        RenamedField("name", to="key", since="1.2"),
        RenamedField("sql_file", to="source.path", since="2.0", note="a loom has one source"),
        RenamedValue("mode", {"fast": "quick"}, since="1.3"),
        RemovedField("threads", note="looms count their threads themselves"),
        RewrittenField("cron", to="crons", by=in_a_list),
    )

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=self.key, description=f"{self.mode} {self.source.path} {self.crons}")])


class OldLoom(Component):
    """Weaves slowly."""

    key: str
    oil: int = 1

    deprecations = (ReplacedType(by="p.components.looms.Loom", since="1.0"),)

    def build_defs(self, context):
        return Definitions(assets=[Asset(key=self.key)])
