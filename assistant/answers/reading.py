"""How a question was read: metrics with their definitions, conditions, dates, grouping, order and assumptions, as items.

In: a semantic query, the model, a language, the assumptions and the dates that were resolved. Out: `Reading`, for a person to
check and for a channel to lay out. Labels and details are Markdown-safe. Nothing fails.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.conditions import all_conditions, condition_list, explain_filter, group_tests, segment_meaning
from assistant.answers.definitions import metric_definition, value_definition
from assistant.answers.labels import measured_label
from assistant.answers.narrate import assumption
from assistant.answers.ranges import ranges_said
from assistant.answers.titles import group_label
from assistant.qa import Item, Lang, Reading
from prompts import render
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    Aggregate,
    And,
    Attribute,
    ByBucket,
    BySides,
    Calculation,
    Change,
    Compare,
    Filter,
    Funnel,
    GroupBy,
    InSegment,
    MetricColumn,
    MetricUse,
    Order,
    Period,
    Predicate,
    Records,
    Retention,
    SemanticQuery,
)


def reading_of(
    query: SemanticQuery,
    model: SemanticModel,
    lang: Lang,
    *,
    issues: Sequence[Issue] = (),
    period: Period | None = None,
    previous: Period | None = None,
) -> Reading:
    """The reading of `query`; `period` and `previous` as they were resolved (default: worked out from the query)."""
    compare = query.compare if isinstance(query, Aggregate | Change) else None
    bounds = period or query.period
    return Reading(
        metrics=_measured(query, model, lang),
        filters=_filters(all_conditions(query), model, lang)
        + _compared_groups(compare, model, lang)
        + _having(query, model, lang),
        period=bounds,
        previous=previous or dates.compared_with(bounds, compare, model.domain.week_start),
        grouping=_grouping(query, model, lang) + _comparison(compare, lang),
        order=_order(query, model, lang),
        assumptions=tuple(
            Item("assumption", text)
            for text in dict.fromkeys(assumption(i, model, lang) for i in issues if i.severity == "assumption")
        ),
        query=query,
    )


# --- what is measured -----------------------------------------------------------------------------------------------------


def _measured(query: SemanticQuery, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    match query:
        case Aggregate():
            return tuple(_use(m, model, lang) for m in query.metrics)
        case Change():
            return (_metric(query.metric, model, lang),)
        case Records():
            entity = Item("entity", _label(query.entity, model, lang), member=query.entity)
            return (entity, *(_column(c, model, lang) for c in query.columns))
        case Funnel():
            steps = (Item("column", _label(s.behaviour, model, lang), member=s.behaviour) for s in query.steps)
            return (Item("entity", _label(query.entity, model, lang), member=query.entity), *steps)
        case Retention():
            members = (("entity", query.entity), ("column", query.start), ("column", query.back))
            return tuple(Item(kind, _label(name, model, lang), member=name) for kind, name in members)  # type: ignore[arg-type]


def _metric(name: str, model: SemanticModel, lang: Lang) -> Item:
    definition = metric_definition(name, model, lang)
    return Item("metric", _label(name, model, lang), words.escape_markdown(definition) if definition else None, name)


def _use(use: MetricUse | Calculation, model: SemanticModel, lang: Lang) -> Item:
    if isinstance(use, Calculation):
        item = Item("metric", words.escape_markdown(measured_label(use, model, lang)), None, use.member)
    else:
        item = replace(_metric(use.metric, model, lang), label=words.escape_markdown(measured_label(use, model, lang)))
    details = [item.detail] if item.detail else []
    if isinstance(use, MetricUse) and use.period is not None:
        details.append(dates.period(use.period, lang))
    if use.where is not None:
        details.append(explain_filter(use.where, model, lang))
    return Item(item.kind, item.label, render("answers.say.detail_separator", lang).join(details) or None, item.member)


def _column(column: Attribute | MetricColumn, model: SemanticModel, lang: Lang) -> Item:
    if isinstance(column, Attribute):
        as_of = dates.day(column.as_of, lang) if column.as_of is not None else None
        return Item("column", _label(column.member, model, lang), as_of, column.member)
    use = MetricUse(metric=column.metric, where=column.where, period=column.period)
    return Item("column", *_parts(_use(use, model, lang)))


def _parts(item: Item) -> tuple[str, str | None, str | None]:
    return item.label, item.detail, item.member


# --- conditions ------------------------------------------------------------------------------------------------------------


def _filters(where: Filter | None, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    leaves = _leaves(where)
    texts = condition_list(where, model, lang)
    return tuple(
        Item("filter", text, _meaning(leaf, model, lang), member) for (text, member), leaf in zip(texts, leaves, strict=True)
    )


def _leaves(where: Filter | None) -> tuple[Filter, ...]:
    if where is None:
        return ()
    return tuple(leaf for part in where.filters for leaf in _leaves(part)) if isinstance(where, And) else (where,)


def _meaning(leaf: Filter, model: SemanticModel, lang: Lang) -> str | None:
    """What a segment or a tag value stands for."""
    if isinstance(leaf, InSegment):
        return segment_meaning(leaf.segment, model, lang)
    if not isinstance(leaf, Predicate) or len(leaf.values) != 1:
        return None
    definition = value_definition(leaf.member, leaf.values[0], model, lang)
    return words.escape_markdown(definition) if definition is not None else None


def _compared_groups(compare: Compare | None, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    if compare is None or compare.where is None:
        return ()
    left = explain_filter(compare.left, model, lang) if compare.left is not None else render("answers.say.pair.all", lang)
    right = explain_filter(compare.where, model, lang)
    return (Item("comparison", render("answers.say.versus", lang, left=left, right=right)),)


def _having(query: SemanticQuery, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    if not isinstance(query, Aggregate):
        return ()
    return tuple(Item("filter", text, None, by) for text, by in group_tests(query, model, lang))


# --- grouping and order ----------------------------------------------------------------------------------------------------


def _grouping(query: SemanticQuery, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    if isinstance(query, Funnel):
        return tuple(Item("grouping", _label(g.member, model, lang), None, g.member) for g in query.group_by)
    if isinstance(query, Retention):
        return (Item("grouping", render(f"answers.each.{query.grain}", lang)),)
    if not isinstance(query, Aggregate):
        return ()
    items = [item for g in query.group_by for item in _grouped(g, model, lang)]
    if query.share is not None:
        items.append(Item("grouping", _share(query, model, lang)))
    if query.running_total:
        items.append(Item("grouping", render("answers.say.running", lang)))
    return tuple(items)


def _grouped(group: GroupBy, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    """A breakdown; of sides each of them, with what it is; of ranges of a number, where they begin and end."""
    if isinstance(group, BySides):
        return tuple(
            Item("grouping", words.escape_markdown(side.name), explain_filter(side.where, model, lang)) for side in group.sides
        )
    cut = words.escape_markdown(ranges_said(group, model, lang)) if isinstance(group, ByBucket) else None
    return (Item("grouping", words.escape_markdown(group_label(group, model, lang)), cut, getattr(group, "member", None)),)


def _share(query: Aggregate, model: SemanticModel, lang: Lang) -> str:
    share = query.share
    if share is not None and share.part is not None:
        return render("answers.say.share_of", lang, part=explain_filter(share.part, model, lang))
    if share is not None and share.over:
        keys = words.join([_label(n, model, lang) for n in share.over], lang)
        return render("answers.say.share_over", lang, keys=keys)
    within = words.join([_label(n, model, lang) for n in share.within], lang) if share is not None and share.within else ""
    return render("answers.say.share_within", lang, keys=within) if within else render("answers.say.share_total", lang)


def _comparison(compare: Compare | None, lang: Lang) -> tuple[Item, ...]:
    if compare is None or compare.kind == "filter":
        return ()
    return (Item("comparison", render(f"answers.say.compared_by.{compare.kind}", lang)),)


def _order(query: SemanticQuery, model: SemanticModel, lang: Lang) -> tuple[Item, ...]:
    orders: tuple[Order, ...] = getattr(query, "order", ())
    items = [_ordered(o, query, model, lang) for o in orders]
    limit, offset = getattr(query, "limit", None), getattr(query, "offset", 0)
    if offset:
        items.append(Item("order", render("answers.say.place", lang, place=words.place(limit, offset))))
    elif limit is not None:
        per = words.join([_label(n, model, lang) for n in getattr(query, "limit_per", ())], lang)
        text = (
            render("answers.say.limit_per", lang, count=limit, keys=per)
            if per
            else render("answers.say.limit", lang, count=limit)
        )
        items.append(Item("order", text))
    return tuple(items)


def _ordered(order: Order, query: SemanticQuery, model: SemanticModel, lang: Lang) -> Item:
    uses = query.metrics if isinstance(query, Aggregate) else ()
    named = next((u.metric for u in uses if isinstance(u, MetricUse) and u.name == order.by), order.by)
    shared = isinstance(query, Aggregate) and query.share is not None and query.share.part is not None  # its value is the share
    by = render(f"answers.say.having.{'share' if shared else order.part}", lang, metric=_label(named, model, lang))
    return Item("order", render(f"answers.say.order.{'falling' if order.descending else 'rising'}", lang, by=by), None, order.by)


def _label(name: str, model: SemanticModel, lang: Lang) -> str:
    return words.escape_markdown(model.label(name, lang))
