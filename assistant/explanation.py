"""`wenke explain`: how a question is understood, without running anything. The tool for debugging and the form of a bug report.

In: an `Interpretation` and the `Execution` of the asker. Out: an `Explanation`: mentions, each reading as a query with its SQL,
or the issues that stop it. Nothing may fail: a query that does not fit the model says so in its `issues`.
"""

from dataclasses import dataclass

from assistant.answers.narrate import assumption as sentence
from assistant.execution import Execution
from assistant.qa import Interpretation, Lang
from semantic_layer.change import expand
from semantic_layer.compiler import compile_plan
from semantic_layer.errors import QueryError
from semantic_layer.issues import Issue
from semantic_layer.query import Change, SemanticQuery
from semantic_layer.resolve import resolve


@dataclass(frozen=True, slots=True)
class ExplainedQuery:
    """One reading: the query, the statements it becomes (a why-question has several), assumptions, or why it cannot run."""

    query: SemanticQuery
    sql: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    runs: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a question was understood. `outcome`: what asking it would do."""

    lang: Lang
    planner: str
    outcome: str
    mentions: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    queries: tuple[ExplainedQuery, ...] = ()
    rest: tuple["Explanation", ...] = ()


def explain(reading: Interpretation, run: Execution) -> Explanation:
    """What `reading` would do for this asker."""
    says = tuple(
        sentence(issue, run.model, run.lang) for issue in (reading.refusal, reading.clarification, *reading.issues) if issue
    )
    return Explanation(
        lang=run.lang,
        planner=reading.planner,
        outcome=_outcome(reading),
        mentions=reading.mentions,
        carried=reading.carried,
        says=says,
        choices=tuple(choice.label for choice in reading.choices),
        queries=tuple(_query(query, run) for query in reading.queries),
        rest=tuple(explain(rest, run) for rest in reading.rest),
    )


def _outcome(reading: Interpretation) -> str:
    if reading.refusal is not None:
        return "refuse"
    if reading.clarification is not None:
        return "clarify"
    if reading.describe is not None:
        return f"describe {reading.describe.what} {' '.join(reading.describe.members)}".rstrip()
    return "run" if reading.queries else "clarify"


def _query(query: SemanticQuery, run: Execution) -> ExplainedQuery:
    try:
        statements, issues = _statements(query, run)
    except QueryError as error:
        return ExplainedQuery(query, (), tuple(sentence(issue, run.model, run.lang) for issue in error.issues), runs=False)
    return ExplainedQuery(query, statements, tuple(sentence(issue, run.model, run.lang) for issue in issues))


def _statements(query: SemanticQuery, run: Execution) -> tuple[tuple[str, ...], tuple[Issue, ...]]:
    if isinstance(query, Change):
        queries = expand(query, run.restricted)
        cuts = (resolve(cut.query, queries.restricted) for cut in queries.slices)
        total = compile_plan(resolve(queries.total, run.restricted), run.restricted).sql
        return (total, *(compile_plan(plan, queries.restricted).sql for plan in cuts)), ()
    plan = resolve(query, run.restricted)
    return (compile_plan(plan, run.restricted).sql,), plan.issues
