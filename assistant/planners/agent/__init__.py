"""The agent: a planner over any OpenAI-compatible model, for wording that rules cannot read and questions beyond the query type.

In: `Grounds`. Out: a `Planner` that ends in the same `Interpretation` as the rules. langchain and langchain-openai are imported
in `provider` only, when a model is first asked. What may fail: `ConfigError` `llm-not-set`, `agent-not-installed`.
"""

from importlib.util import find_spec

from assistant.errors import ConfigError
from assistant.planners.agent.planner import AgentPlanner
from assistant.planners.base import Grounds

__all__ = ["AgentPlanner", "open_planner"]


def open_planner(grounds: Grounds) -> AgentPlanner:
    """The agent on these grounds.

    Raises:
        ConfigError: no model is set, or the extra `agent` is not installed.
    """
    if not grounds.llm.model:
        raise ConfigError("llm-not-set", planner=grounds.mode)
    if any(find_spec(package) is None for package in ("langchain", "langchain_openai")):
        raise ConfigError("agent-not-installed")
    return AgentPlanner(grounds)
