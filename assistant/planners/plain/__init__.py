"""A reader of plain questions for models that nobody has tuned: rows, their columns, how many there are. See `planner`."""

from assistant.planners.plain.planner import PlainFirst

__all__ = ["PlainFirst"]
