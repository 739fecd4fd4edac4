"""Trust: what lands and what leaves, validated against its contract in a process of its own."""

__all__: list[str] = []
