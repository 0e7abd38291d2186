"""The retail demo: a seeded generator of a chain's customers, orders and everything around them."""

from assistant.demo.build import BuildReport, build_retail

__all__ = ["BuildReport", "build_retail"]
