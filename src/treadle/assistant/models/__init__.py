"""What tools take and give, as pydantic models: their JSON Schemas are what an assistant is told of a tool."""

__all__: list[str] = []
