"""Benchmarks on public data, each a module with a command line."""

__all__: list[str] = []
