"""Why a metric moved: runs the aggregates that `semantic_layer.change` asks for and gives its contributions labels.

In: a `Change` and an `Execution`. Out: an `Outcome` with one row (current, previous, change), the drivers in order, and what else
moved inside the first of them. What may fail: `QueryError` where nothing can explain the metric, `EngineError`.
"""

from dataclasses import replace

import prompts
from assistant.answers.labels import dressed, value_label
from assistant.execution import Execution, Outcome
from assistant.qa import Driver
from semantic_layer.change import ChangeQueries, Contribution, Slice, beside, contributions, expand, ranked, refine, says_more
from semantic_layer.compiler import compile_plan
from semantic_layer.query import Aggregate, Change
from semantic_layer.resolve import resolve

BETWEEN = " × "
"""Stands between the names of a driver of several dimensions."""


def explain_change(change: Change, execution: Execution) -> Outcome:
    """The overall change, and what moved it."""
    queries = expand(change, execution.restricted)
    total = execution.run(queries.total)
    single = tuple(c for cut in queries.slices for c in _found(cut, queries, execution))
    crossed = (_found(pair, queries, execution) for pair in refine(queries, single))
    order = ranked((*single, *(c for pair in crossed if says_more(pair) for c in pair)))
    drivers = tuple(_driver(c, execution) for c in order)
    result = dressed(total.result, change, execution.model, execution.lang)
    related = beside(change, execution.restricted, order[0]) if order else ()
    also = tuple(execution.run(query) for query in related)
    return replace(total, query=change, result=result, drivers=drivers, beside=also)


def _found(cut: Slice, queries: ChangeQueries, execution: Execution) -> tuple[Contribution, ...]:
    """The contributions of the members of one slice."""
    return contributions(cut, _rows(cut.query, queries, execution), ratio=queries.ratio)


def _rows(query: Aggregate, queries: ChangeQueries, execution: Execution) -> tuple[tuple[object, ...], ...]:
    """Rows by the model that knows the two sides of a ratio by name."""
    with execution.watch.stage("compile"):
        statement = compile_plan(resolve(query, queries.restricted), queries.restricted)
    return execution.rows(statement).rows


def _driver(found: Contribution, execution: Execution) -> Driver:
    return Driver(
        dimension=BETWEEN.join(found.dimensions),
        member=BETWEEN.join("" if value is None else str(value) for value in found.members),
        previous=found.previous,
        current=found.current,
        contribution=found.contribution,
        label=BETWEEN.join(_label(n, v, execution) for n, v in zip(found.dimensions, found.members, strict=True)),
        depth=len(found.dimensions),
    )


def _label(name: str, value: object, execution: Execution) -> str:
    if value is None:
        return prompts.render("answers.unknown", execution.lang)
    return value_label(name, value, execution.model, execution.lang)
