"""Answers, made from what the pipeline found: answered, several readings, a question back, refused, failed.

In: outcomes, issues or errors, and the `Execution` of the asker. Out: an `Answer` in the asker's language. Runs a why-question's
queries through `drivers`; everything else here only puts together what other rooms say. Nothing may fail but what they raise.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import prompts
from assistant.answers import format as formats
from assistant.answers.apart import apart
from assistant.answers.apart import in_short as short_of
from assistant.answers.chart import choose_chart
from assistant.answers.describe import describe
from assistant.answers.lists import without_data
from assistant.answers.narrate import assumption as sentence
from assistant.answers.narrate import narrate
from assistant.answers.reading import reading_of
from assistant.answers.suggest import Suggestion, suggestions
from assistant.answers.titles import title
from assistant.compare import same_answer
from assistant.emptied import emptied, found
from assistant.errors import AccessDenied, AssistantError
from assistant.execution import Execution, Outcome
from assistant.qa import Answer, ChartSpec, Choice, Column, Description, Interpretation, Item, Lang, Mark, Reading
from semantic_layer.errors import QueryError, UnsafeSQLError
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Change, SemanticQuery

NOT_UNDERSTOOD = Issue("not-understood")
REFUSED = frozenset({"personal-data", "may-not-list", "may-not-export"})
"""Codes of queries that would run, were the asker allowed to."""
UNREACHABLE = "agent-unreachable"
"""What a question back tells beside itself: else a wrong set-up looks like a question that nobody can read."""
SHOWN = 50
"""Rows of a table that a chart of one holds."""


def run_query(query: SemanticQuery, run: Execution) -> Outcome:
    """What a query of any kind gives."""
    if not isinstance(query, Change):
        return run.run(query)
    from assistant.drivers import explain_change

    return explain_change(query, run)


def same(one: Outcome, other: Outcome) -> bool:
    """Whether two readings lead to the same rows, so that nobody needs to be asked which was meant."""
    ordered = bool(getattr(one.query, "order", ())) or bool(getattr(other.query, "order", ()))
    return len(one.result.columns) == len(other.result.columns) and (
        same_answer(one.result.rows, other.result.rows, ordered=ordered).agrees
    )


def answered(outcome: Outcome, reading: Interpretation, run: Execution, today: date) -> Answer:
    """The rows with their sentence, chart and reading. `as_of`: the last complete day."""
    lang, model = run.lang, run.model
    issues = (*reading.issues, *outcome.issues)
    outcome = _without_blanks(outcome, model, today)
    with run.watch.stage("narrate"):
        text = narrate(
            outcome.query,
            outcome.result,
            model,
            lang=lang,
            today=today,
            issues=issues,
            drivers=outcome.drivers,
            beside=tuple((o.query, o.result) for o in outcome.beside),
        )
        told = reading_of(outcome.query, model, lang, issues=issues, period=outcome.period, previous=outcome.previous)
    why_nothing = emptied(outcome, run)
    if why_nothing is not None:
        text = f"{text.rstrip()}{' ' if lang == 'en' else ''}{why_nothing}"
    with run.watch.stage("chart"):
        chart = choose_chart(outcome.query, outcome.result, model, lang=lang, asked=reading.chart, drivers=outcome.drivers)
    return Answer(
        "answered",
        text,
        lang,
        sql=outcome.sql,
        columns=outcome.result.columns,
        rows=list(outcome.result.rows),
        total_rows=outcome.result.total_rows,
        truncated=outcome.result.truncated,
        as_of=today - timedelta(days=1),
        chart=chart,
        interpretation=replace(told, unit=reading.unit, when=reading.when),
        drivers=outcome.drivers,
        planner=reading.planner,
    )


def _without_blanks(outcome: Outcome, model: SemanticModel, today: date) -> Outcome:
    """The outcome without the row of nulls or noughts that an aggregate has for days without data: there, no rows are the answer."""
    result = outcome.result
    blank = without_data(outcome.query.period, model, today - timedelta(days=1)) and not found(result.columns, result.rows)
    return replace(outcome, result=replace(result, rows=(), total_rows=0)) if blank and result.rows else outcome


def several(outcomes: tuple[Outcome, ...], run: Execution) -> Answer:
    """Readings with different results, each with its number: the asker says which one was meant."""
    values = apart([outcome.result for outcome in outcomes], run.lang)
    told = zip(outcomes, values, strict=True)
    choices = tuple(Choice(label_of(outcome.query, run), outcome.query, value) for outcome, value in told)
    text = prompts.render("app.several", run.lang)
    return Answer("clarify", text, run.lang, error_code="several-readings", choices=choices)


def label_of(query: SemanticQuery, run: Execution) -> str:
    """A reading in one line: what is shown, and of which dates and conditions."""
    told = reading_of(query, run.model, run.lang)
    details = [item.label for item in told.filters]
    if told.period is not None:
        from assistant.answers.dates import period

        details.append(period(told.period, run.lang))
    name = title(query, run.model, run.lang)
    if not details:
        return name
    return prompts.render("app.reading_label", run.lang, title=name, details=formats.join(details, run.lang))


def in_short(outcome: Outcome, lang: Lang) -> str:
    """The numbers of a reading, or how many rows it has."""
    return short_of(outcome.result, lang)


def clarified(issue: Issue, choices: tuple[Choice, ...], run: Execution) -> Answer:
    """A question back, with the ways to go on."""
    text = sentence(issue, run.model, run.lang)
    return Answer("clarify", text, run.lang, error_code=issue.code, choices=choices)


def refused(issue: Issue, run: Execution) -> Answer:
    """No, and why."""
    return Answer("refused", sentence(issue, run.model, run.lang), run.lang, error_code=issue.code)


def check_export(run: Execution, *, clear: bool) -> None:
    """Raises AccessDenied where the asker may not take rows away, or not with personal data in the clear."""
    role = run.restricted.role
    if not role.may_export:
        raise AccessDenied("may-not-export")
    if clear and not role.may_export_clear:
        raise AccessDenied("may-not-export-clear")


def exportable(answer: Answer, run: Execution, *, clear: bool) -> Answer:
    """The answer whose rows may leave: as it is, or (a right of its own) with its query run again without masks."""
    check_export(run, clear=clear)
    query = answer.interpretation.query if answer.interpretation is not None else None
    if answer.status != "answered" or not answer.columns:
        raise AccessDenied("not-exportable")
    if not clear or query is None:
        return answer
    bare = replace(run.restricted, masks=dict.fromkeys(run.model.domain.pii, "clear"))
    outcome = run_query(query, replace(run, restricted=bare))
    return replace(answer, columns=outcome.result.columns, rows=list(outcome.result.rows), sql=outcome.sql)


def described(asked: Description, run: Execution, today: date) -> Answer:
    """A definition, or a list of what exists; the reading names what was defined."""
    answer = describe(asked, run.model, run.lang, today - timedelta(days=1))
    kind: Literal["metric", "column"]
    items = []
    for name in asked.members:
        kind = "metric" if name in run.model.metrics else "column"
        items.append(Item(kind, run.model.label(name, run.lang), member=name))
    return replace(answer, interpretation=answer.interpretation or Reading(metrics=tuple(items))) if items else answer


def follow_ups(answer: Answer, run: Execution, today: date) -> tuple[Suggestion, ...]:
    """Questions that might come next, with what they ask for; whether they work is for the caller to find out. None after nothing:
    the same conditions by region are as empty."""
    query = answer.interpretation.query if answer.interpretation is not None else None
    if query is None or not found(answer.columns, answer.rows):
        return ()
    return suggestions(query, run.model, run.lang, today)


def failed(error: Exception, model: SemanticModel | None, lang: Lang, incident: str) -> Answer:
    """What became of a question that raised. Errors on purpose have a sentence; of all others nobody sees more than an id.

    `model`: as the asker sees it, for labels; None where the asker has no model.
    """
    match error:
        case QueryError():
            return _not_run(error, model, lang)
        case UnsafeSQLError():
            return Answer("refused", _sentences(error.issues, model, lang), lang, error_code=error.issues[0].code)
        case AccessDenied():
            return Answer("refused", _sentences((error.issue,), model, lang), lang, error_code=error.issue.code)
        case AssistantError():
            text, code = _sentences((error.issue,), model, lang), error.issue.code
        case _:
            text, code = prompts.render("app.failed", lang), "internal"
    return Answer("failed", text, lang, error_code=code, incident=incident)


def _not_run(error: QueryError, model: SemanticModel | None, lang: Lang) -> Answer:
    """A query that does not fit: no right to it, or something in it that the asker can put right."""
    text, code = _sentences(error.issues, model, lang), error.issues[0].code
    if model is None:
        return Answer("failed", text, lang, error_code=code)
    if any(issue.code in REFUSED for issue in error.issues):
        return Answer("refused", text, lang, error_code=code)
    labels = dict.fromkeys(model.label(name, lang) for issue in error.issues for name in issue.suggestions)
    return Answer("clarify", text, lang, error_code=code, choices=tuple(Choice(label, question=label) for label in labels))


def _sentences(issues: tuple[Issue, ...], model: SemanticModel | None, lang: Lang) -> str:
    told = (sentence(issue, model, lang) if model is not None else prompts.issue_text(issue, lang) for issue in issues)
    return "\n".join(dict.fromkeys(told))


def governed(text: str, run: Execution, today: date) -> Answer:
    """The rows of SQL from outside, rewritten to the asker's rights and run where it can be killed."""
    from semantic_layer.governed import governed as rewritten

    with run.watch.stage("guard"):
        sql = rewritten(text, run.restricted, max_rows=run.limits.rows).sql(dialect="duckdb")
    with run.watch.stage("run"):
        fetched = run.engine.run_outside(sql, timeout=run.seconds_left(), max_rows=run.limits.rows)
    columns = tuple(Column(name, name, "value", _type_of(kind)) for name, kind in zip(fetched.names, fetched.types, strict=True))
    said = prompts.render("app.governed", run.lang, count=f"{len(fetched.rows):,}")
    return Answer(
        "answered",
        said + (" " + prompts.render("app.governed_cut", run.lang) if fetched.truncated else ""),
        run.lang,
        sql=sql,
        columns=columns,
        rows=list(fetched.rows),
        total_rows=None if fetched.truncated else len(fetched.rows),
        truncated=fetched.truncated,
        as_of=today - timedelta(days=1),
        chart=_as_table(columns, fetched.rows, run.lang),
        planner="sql",
        governed=False,
    )


def noted(answer: Answer, issues: tuple[Issue, ...], run: Execution) -> Answer:
    """An answer without a reading (of SQL, a question back) with what was assumed; its reading says nothing else."""
    said = tuple(dict.fromkeys(sentence(i, run.model, run.lang) for i in issues if i.severity == "assumption"))
    if not said:
        return answer
    told = Reading(assumptions=tuple(Item("assumption", text) for text in said))
    return replace(answer, text=" ".join((answer.text, *said)), interpretation=told)


def _type_of(kind: str) -> str:
    """Our word for a type of the engine."""
    name = kind.partition("(")[0].upper()
    if name in ("DATE", "BOOLEAN", "DECIMAL"):
        return name.lower()
    if name in ("FLOAT", "DOUBLE"):
        return "number"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return "integer" if name.endswith("INT") or name == "INTEGER" else "text"


def _as_table(columns: tuple[Column, ...], rows: tuple[tuple[object, ...], ...], lang: Lang) -> ChartSpec | None:
    """SQL says nothing about what its columns mean: its chart is a table."""
    if not rows:
        return None
    names = [f"{i}:{column.name}" for i, column in enumerate(columns)]
    marks = tuple(Mark(name, column.label, "nominal") for name, column in zip(names, columns, strict=True))
    points = tuple(
        {name: formats.cell(cell, column, lang) for name, cell, column in zip(names, row, columns, strict=True)}
        for row in rows[:SHOWN]
    )
    return ChartSpec("table", "SQL", lang, y=marks, points=points)
