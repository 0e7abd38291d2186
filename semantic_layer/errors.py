"""Exceptions, sorted by who must act.

SemanticLayerError
├── ModelError(issues)    the data owner fixes the YAML
├── QueryError(issues)    the asker (or the planner) fixes the query
├── UnsafeSQLError(issues) text from outside: refuse it; a statement of our own: our bug, stop
└── CompileError          our bug
"""

from semantic_layer.issues import Issue


class SemanticLayerError(Exception):
    """Root of everything that this library raises on purpose."""


class _WithIssues(SemanticLayerError):
    def __init__(self, issues: tuple[Issue, ...]) -> None:
        self.issues = issues
        super().__init__("; ".join(f"{i.code} at {i.where} {dict(i.params)}" for i in issues))


class ModelError(_WithIssues):
    """The YAML does not describe a model; every issue has file and line."""


class QueryError(_WithIssues):
    """The query does not fit the model or the asker's scope."""


class UnsafeSQLError(_WithIssues):
    """A statement has something that is not on the guard's allow-list."""


class CompileError(SemanticLayerError):
    """A resolved plan could not be compiled: a defect of this library."""
