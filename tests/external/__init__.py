"""Benchmarks that others wrote, read from ../shared."""
