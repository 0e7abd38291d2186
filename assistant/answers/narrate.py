"""An answer in sentences: what was asked, the number, what it is compared with, what stands out, what was assumed.

In: a semantic query, its result, the model, a language, the days of the data, the assumptions. Out: Markdown in that language, in
which every value of the data is escaped. Nothing fails.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

import prompts
from assistant.answers import format as words
from assistant.answers.breakdowns import tell_groups
from assistant.answers.drivers import Beside, tell_change
from assistant.answers.labels import dressed
from assistant.answers.lists import clipped, is_empty, outside, tell_nothing, tell_records
from assistant.answers.own_words import own_words
from assistant.answers.shape import shape_of
from assistant.answers.speech import Speech
from assistant.answers.steps import tell_funnel, tell_retention
from assistant.answers.totals import tell_count, tell_total
from assistant.answers.trends import tell_cut, tell_trend
from assistant.qa import Driver, Lang, ResultSet
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import Aggregate, Change, Funnel, Records, Retention, SemanticQuery


def narrate(  # noqa: PLR0913 - what a sentence is made from; the last two belong to why-questions alone
    query: SemanticQuery,
    result: ResultSet,
    model: SemanticModel,
    *,
    lang: Lang,
    today: date,
    last_day: date | None = None,
    issues: Sequence[Issue] = (),
    drivers: Sequence[Driver] = (),
    beside: Sequence[Beside] = (),
) -> str:
    """The answer in sentences. `last_day`: the last day with data (default: the day before `today`)."""
    worn = dressed(result, query, model, lang)
    last = last_day or date.fromordinal(today.toordinal() - 1)
    speech = Speech(query, worn, shape_of(query, worn, model), model, lang, last)
    if outside(query, speech) or is_empty(speech):
        text = tell_nothing(speech)
    else:
        text = _told(speech, drivers, beside) + clipped(speech) + _truncated(speech)
    return _tidy(words.capital(text)) + assumptions(issues, model, lang)


def assumption(issue: Issue, model: SemanticModel, lang: Lang) -> str:
    """The sentence of an assumption, with labels instead of names."""
    params = {name: words.escape_markdown(model.label(value, lang)) for name, value in issue.params.items()}
    suggestions = tuple(words.escape_markdown(model.label(s, lang)) for s in issue.suggestions)
    said = own_words(model, lang) | params
    return prompts.issue_text(replace(issue, params=said, suggestions=suggestions), lang)


def assumptions(issues: Sequence[Issue], model: SemanticModel, lang: Lang) -> str:
    """What was assumed, a line each, below the answer; nothing where nothing was."""
    told = list(dict.fromkeys(assumption(i, model, lang) for i in issues if i.severity == "assumption"))
    if not told:
        return ""
    if len(told) == 1:
        return "\n\n" + prompts.render("answers.say.assumption", lang, text=told[0])
    return "\n\n" + prompts.render("answers.say.assumptions", lang) + "\n" + "\n".join(f"- {text}" for text in told)


def _told(speech: Speech, drivers: Sequence[Driver], beside: Sequence[Beside]) -> str:
    query = speech.query
    match query:
        case Aggregate():
            return _aggregate(speech, query)
        case Records():
            return tell_records(speech, query)
        case Funnel():
            return tell_funnel(speech, query)
        case Retention():
            return tell_retention(speech, query)
        case Change():
            return tell_change(speech, query, drivers, beside)
        case _:
            assert_never(query)


def _aggregate(speech: Speech, query: Aggregate) -> str:
    if query.count_groups:
        return tell_count(speech, query)
    if not speech.shape.keys:
        return tell_total(speech, query)
    chosen = query.limit is not None or bool(query.having)  # which month was best, months with more than 8000 orders
    picked = chosen and len(speech.shape.keys) == 1 and query.compare is None
    if speech.shape.key("time") is not None and not picked:
        return tell_trend(speech, query)
    return tell_groups(speech, query) + (tell_cut(speech) if picked else "")


def _truncated(speech: Speech) -> str:
    if not speech.result.truncated or speech.query.kind == "records":
        return ""
    return speech.say("truncated", shown=f"{len(speech.shape.rows):,}")


def _tidy(text: str) -> str:
    """One space after a full stop, capitals after it where the language has them."""
    return text.replace("  ", " ").strip()
