"""The rules planner: deterministic, embedded, no network. `RulesPlanner` is all that the rest of the assistant needs."""

from assistant.planners.rules.planner import RulesPlanner

__all__ = ["RulesPlanner"]
