"""Exceptions of the assistant, sorted by who must act.

    AssistantError
    ├── ConfigError        the admin fixes settings, files or the command line
    ├── PlannerError       the model provider is unreachable, or talks nonsense
    ├── AccessDenied       say no, log it
    ├── EngineError
    │   ├── EngineUnavailable   the database is missing, locked or broken
    │   ├── QueryTimeout        stopped after its time
    │   └── QueryFailed         the engine refused a statement of ours
    └── ChannelError       bad signature, delivery failed

`code` is stable; the sentence for it lives in `prompts/`. No message holds driver text, a path or a value of the data.
"""

from semantic_layer.issues import Issue


class AssistantError(Exception):
    """Root of what the assistant raises on purpose; `issue` holds code, facts and suggestions."""

    code = "failed"

    def __init__(self, code: str | None = None, *, suggestions: tuple[str, ...] = (), **params: str) -> None:
        self.issue = Issue(code or self.code, params=params, suggestions=suggestions)
        super().__init__(f"{self.issue.code} {params}")


class ConfigError(AssistantError):
    code = "config"


class PlannerError(AssistantError):
    code = "planner"


class AccessDenied(AssistantError):
    code = "access-denied"


class EngineError(AssistantError):
    code = "engine"


class EngineUnavailable(EngineError):
    code = "engine-unavailable"


class QueryTimeout(EngineError):
    code = "query-timeout"


class QueryFailed(EngineError):
    code = "query-failed"


class ChannelError(AssistantError):
    code = "channel"
