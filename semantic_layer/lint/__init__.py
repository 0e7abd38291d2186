"""Every modelling rule over a model, as issues with file, line and suggestions.

In: a model (its parts passed the shape checks of the loader) and where each part was written. Out: issues; nothing is raised.
One small function per rule, in modules by what they look at: tables, members, metrics, behaviours, tags, roles.
"""

from collections.abc import Iterable

from semantic_layer.issues import Issue
from semantic_layer.lint.behaviours import lint_behaviours, lint_segments
from semantic_layer.lint.members import lint_dimensions, lint_labels, lint_names
from semantic_layer.lint.metrics import lint_measures, lint_metrics
from semantic_layer.lint.roles import lint_domain, lint_roles
from semantic_layer.lint.subject import Subject
from semantic_layer.lint.tables import lint_entities, lint_joins, lint_tables
from semantic_layer.lint.tags import lint_tags
from semantic_layer.model import SemanticModel
from semantic_layer.origins import Origins

__all__ = ["lint", "without_consequences"]

_NEED_JOINS = frozenset(
    {"unreachable-table", "unreachable-member", "unreachable-driver", "entity-not-reached", "finer-not-detail"}
)
_RULES = (
    lint_domain,
    lint_names,
    lint_labels,
    lint_tables,
    lint_joins,
    lint_entities,
    lint_dimensions,
    lint_measures,
    lint_metrics,
    lint_behaviours,
    lint_segments,
    lint_tags,
    lint_roles,
)


def lint(model: SemanticModel, origins: Origins) -> tuple[Issue, ...]:
    """What is wrong with a model: errors (it would not run, or answer wrongly) and warnings (worth a look)."""
    subject = Subject(model, origins)
    return tuple(issue for rule in _RULES for issue in rule(subject))


def without_consequences(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues without those that a broken join alone explains: where one is broken, nothing is said of what it would reach."""
    found = tuple(issues)
    broken = any(
        i.severity == "error" and i.code not in _NEED_JOINS and (i.where.file or "").endswith("/joins.yaml") for i in found
    )
    return tuple(i for i in found if not broken or i.code not in _NEED_JOINS)
