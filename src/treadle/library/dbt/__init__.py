"""dbt projects as components: the manifest becomes assets and checks, a run is one dbt command."""

__all__: list[str] = []
