"""Filters in words: every condition of a query, recursively, so that the asker can check what was meant.

In: a `Filter`, the model, a language. Out: one phrase that fits "customers for whom …" / "…的客户". Nothing fails; a member that
the model does not have reads as its name. Values are labelled (East China for 华东) and escaped for Markdown unless told not to.
"""

from dataclasses import dataclass
from typing import assert_never

from assistant.answers import dates
from assistant.answers import format as words
from assistant.answers.labels import value_label
from assistant.qa import Cell, Lang
from prompts import render
from semantic_layer.model import SemanticModel
from semantic_layer.query import (
    Aggregate,
    And,
    Behaviour,
    Filter,
    FirstOf,
    Funnel,
    Having,
    InGroups,
    InSegment,
    InSet,
    MetricColumn,
    MetricPredicate,
    MetricTerm,
    Not,
    Or,
    Period,
    Predicate,
    Records,
    SemanticQuery,
    from_json,
)

_WORDS = {
    "=": "is", "!=": "is_not", "in": "is", "not in": "is_not", ">": "over", ">=": "at_least", "<": "under", "<=": "at_most",
    "between": "between", "is null": "is_null", "is not null": "is_not_null",
    "contains": "contains", "starts with": "starts_with",
}  # fmt: skip


def explain_filter(where: Filter, model: SemanticModel, lang: Lang, *, escape: bool = True) -> str:
    """The conditions of `where` in words, joined as they are meant."""
    return Teller(model, lang, escape).tell(where)


def all_conditions(query: SemanticQuery) -> Filter | None:
    """The conditions of a query, with those that every step of a funnel shares (the channel that all was done in)."""
    shared = {step.where for step in query.steps} if isinstance(query, Funnel) else set()
    there = next(iter(shared)) if len(shared) == 1 else None
    if there is None:
        return query.where
    return there if query.where is None else And(filters=(query.where, there))


def condition_list(where: Filter | None, model: SemanticModel, lang: Lang) -> tuple[tuple[str, str | None], ...]:
    """The top conditions of `where`, one phrase each with the member behind it (None for a combination)."""
    if where is None:
        return ()
    if isinstance(where, And):
        return tuple(item for part in where.filters for item in condition_list(part, model, lang))
    return ((explain_filter(where, model, lang), member_of(where)),)


def group_tests(query: Aggregate, model: SemanticModel, lang: Lang) -> tuple[tuple[str, str], ...]:
    """What the groups of a result are chosen by (a rate over 8 %), a phrase each with the metric behind it."""
    found = []
    for having in query.having:
        metric = model.metrics.get(having.by)
        fmt = "percent" if having.part in ("growth", "share") else metric.format if metric is not None else None
        own = metric.unit[lang] if metric is not None and metric.unit is not None and having.part == "value" else None
        unit = model.domain.currency if fmt == "currency" else own
        values = [words.number(v, fmt, lang, unit=unit, style="stated") for v in having.values]
        label = words.escape_markdown(model.label(having.by, lang))
        name = render(f"answers.say.having.{having.part}", lang, metric=label)
        found.append((moved(having, label, lang) or words.test_of(having.op, name, values, lang), having.by))
    return tuple(found)


_MOVED = {"<": "fell", ">": "rose", "<=": "not_rose", ">=": "not_fell"}


def moved(having: Having, metric: str, lang: Lang) -> str | None:
    """Sales fell, 销售额下降: a test of a change against nought; None for any other."""
    key = _MOVED.get(having.op) if having.part == "growth" and having.values == (0,) else None
    return None if key is None else render(f"answers.say.having.{key}", lang, metric=metric)


def member_of(where: Filter) -> str | None:
    """The model's name that a leaf tests, or None."""
    match where:
        case Predicate():
            return where.member
        case MetricPredicate():
            return where.metric
        case Behaviour() | FirstOf():
            return where.behaviour
        case InSegment():
            return where.segment
        case InSet():
            return where.records.entity
        case InGroups():
            return where.member or None
        case And() | Or() | Not():
            return None
        case _:
            assert_never(where)


def tests_members(where: Filter) -> bool:
    """Whether a condition is about members of an entity (what they did, how much), and not about the facts themselves."""
    match where:
        case InSet():
            return held_in(where.records) is None
        case Behaviour() | MetricPredicate() | InSegment():
            return True
        case And() | Or():
            return any(tests_members(part) for part in where.filters)
        case Not():
            return tests_members(where.filter)
        case Predicate() | InGroups() | FirstOf():
            return False
        case _:
            assert_never(where)


_HELD = {(">=", 1): "holds", ("=", 0): "lacks"}


def held_in(records: Records) -> str | None:
    """Orders with beauty in them, or without: which of the two a set of things is by what is in them; None for any other set."""
    where = records.where
    plain = isinstance(where, MetricPredicate) and where.where is not None and where.value is not None and not records.order
    if not plain or records.limit is not None or not isinstance(where, MetricPredicate):
        return None
    return _HELD.get((where.op, int(where.value or 0)))


@dataclass(frozen=True, slots=True)
class Teller:
    """Words for filters over one model in one language."""

    model: SemanticModel
    lang: Lang
    escape: bool = True

    def tell(self, where: Filter) -> str:
        match where:
            case Predicate():
                return self._predicate(where)
            case MetricPredicate():
                return self._metric(where)
            case Behaviour():
                return self._behaviour(where)
            case InSegment():
                return self.say("filter.segment", segment=self.label(where.segment))
            case InSet():
                return self._set(where.records)
            case InGroups():
                return self.groups(where)
            case FirstOf():
                return self.say("filter.first_of", deed=self.label(where.behaviour))
            case And() | Or():
                return self._joined(where.filters, where.kind)
            case Not():
                return self.say("filter.not", condition=self.tell(where.filter))
            case _:
                assert_never(where)

    def _set(self, records: Records) -> str:
        """One of the 100 who spent most; 订单里有（品类为女装）."""
        key, where = held_in(records), records.where
        if key is None or not isinstance(where, MetricPredicate) or where.where is None:
            return self.say("filter.in_set", records=self.members(records))
        return self.say(f"filter.{key}", members=self.label(records.entity), condition=self.tell(where.where))

    def members(self, records: Records) -> str:
        """A list in words: 近一年消费最高的 100 个客户."""
        label = self.label(records.entity)
        where = self.say("filter.of_members", members=label, condition=self.tell(records.where)) if records.where else label
        if records.limit is None:
            return where
        if not records.order:
            return self.say("filter.some", count=records.limit, members=where)
        first = records.order[0]
        key = "filter.top" if first.descending else "filter.bottom"
        column = next((c for c in records.columns if isinstance(c, MetricColumn) and c.metric == first.by), None)
        by = self.label(first.by) if column is None else self._term(first.by, column.period, column.where)
        if records.limit_per:
            keys = words.join([self.label(name) for name in records.limit_per], self.lang)
            return self.say(f"{key}_each", keys=keys, count=records.limit, by=by, members=where)
        if records.offset:
            return self.say(f"{key}_place", place=words.place(records.limit, records.offset), by=by, members=where)
        return self.say(key, count=records.limit, by=by, members=where)

    def groups(self, where: InGroups) -> str:
        """Groups of an aggregate in words: 城市为2026年三季度的销售额最高的 5 个之一."""
        query, text = where.groups, self.label(where.member)
        tests = [phrase for phrase, _ in group_tests(query, self.model, self.lang)]
        if tests:
            text = self.say("filter.chosen", members=text, condition=words.join(tests, self.lang))
        if query.limit is None or not query.order:
            during = dates.period(query.period, self.lang) if query.period is not None else ""
            rest = during if query.where is None else self.tell(query.where)
            return self.say("filter.groups", members=text, rest=rest) if rest else text
        first = query.order[0]
        end = "top" if first.descending else "bottom"
        key = f"filter.{'one' if query.limit == 1 else 'some'}_{end}"
        by = self.say(f"say.having.{first.part}", metric=self._term(first.by, query.period, query.where))
        if query.offset:
            return self.say(f"filter.placed_{end}", place=words.place(query.limit, query.offset), by=by, members=text)
        return self.say(key, count=query.limit, by=by, members=text)

    def period(self, period: Period | None) -> str:
        """ "in 1–30 Sep 2026, " / "2026年9月1日至30日" or nothing."""
        return "" if period is None else self.say("filter.during", period=dates.period(period, self.lang))

    def say(self, name: str, /, **variables: object) -> str:
        return render(f"answers.{name}", self.lang, **variables)

    def text(self, value: str) -> str:
        return words.escape_markdown(value) if self.escape else words.plain(value)

    def label(self, name: str) -> str:
        return self.text(self.model.label(name, self.lang))

    def value(self, member: str, value: Cell) -> str:
        text = value_label(member, value, self.model, self.lang)
        return self.text(text) if isinstance(value, str) else text

    # --- leaves ---------------------------------------------------------------------------------------------------------

    def _predicate(self, where: Predicate) -> str:
        flag = self._flag(where)
        values = [self.value(where.member, v) for v in where.values]
        text = flag or self.say(
            f"filter.{self._kind(where)}{_WORDS[where.op]}",
            member=self.label(where.member),
            value=words.join(values, self.lang, last="or"),
            low=values[0] if values else "",
            high=values[-1] if values else "",
        )
        return text if where.as_of is None else self.say("filter.as_of", text=text, day=dates.day(where.as_of, self.lang))

    def _flag(self, where: Predicate) -> str | None:
        """A truth value in its own words (agreed to marketing), else: is “early adopter”."""
        dimension = self.model.dimensions.get(where.member)
        if dimension is None or dimension.type != "boolean" or where.op not in ("=", "!="):
            return None
        holds = (where.values[0] is True) == (where.op == "=")
        named = next((v.label[self.lang] for v in dimension.values if v.value is holds), None)
        return (
            self.text(named) if named else self.say("filter.flag" if holds else "filter.no_flag", member=self.label(where.member))
        )

    def _kind(self, where: Predicate) -> str:
        """Dates are before and after, levels higher and lower."""
        dimension = self.model.dimensions.get(where.member)
        if dimension is None or where.op not in (">", ">=", "<", "<="):
            return ""
        if dimension.type in ("date", "timestamp"):
            return "date_"
        return "level_" if dimension.type == "text" else ""

    def _metric(self, where: MetricPredicate) -> str:
        left = self._term(where.metric, where.period, where.where)
        right = self._number(where.metric, where.value) if where.against is None else self._factor(where.against)
        return self.say(f"filter.{_WORDS[where.op]}", member=left, value=right)

    def _term(self, metric: str, period: Period | None, where: Filter | None) -> str:
        label = self.label(metric)
        if where is not None:
            label = self.say("filter.with", text=label, condition=self.tell(where))
        return label if period is None else self.say("filter.metric_in", metric=label, period=dates.period(period, self.lang))

    def _factor(self, term: MetricTerm) -> str:
        text = self._term(term.metric, term.period, term.where)
        if term.factor == 1:
            return text
        return self.say("filter.factor", factor=words.number(term.factor, "percent", self.lang, style="short"), text=text)

    def _number(self, metric: str, value: float | None) -> str:
        known = self.model.metrics.get(metric)
        if known is None:
            return f"{value:g}"
        unit = self.model.domain.currency if known.format == "currency" else known.unit[self.lang] if known.unit else None
        return words.number(value, known.format, self.lang, unit=unit, style="stated")

    def _behaviour(self, where: Behaviour) -> str:
        known = self.model.behaviours.get(where.behaviour)
        entity = self.label(known.entity) if known is not None else ""
        condition = "" if where.where is None else self.say("filter.condition", condition=self.tell(where.where))
        first = "did_first_of_all" if condition else "did_first"
        did = (first if where.first else "did") if where.did else "did_not"
        times = ""
        if where.at_most is not None:
            key = "times_exactly" if where.at_most == where.at_least else "times_between"
            times = self.say(f"filter.{key}", count=where.at_least, most=where.at_most)
        elif where.at_least > 1:
            times = self.say("filter.times", count=where.at_least)
        elif where.first and not where.did:
            times = self.say("filter.first_one")
        said = {"behaviour": self.label(where.behaviour), "entity": entity, "condition": condition, "times": times}
        told = self.say(f"filter.{did}", **said, period=self.period(where.period))
        if where.after is None:
            return told
        within = "" if where.within_days is None else self.say("filter.within_days", count=where.within_days)
        return self.say(
            "filter.then_did" if where.did else "filter.then_did_not", first=self.tell(where.after), then=told, within=within
        )

    def _joined(self, parts: tuple[Filter, ...], word: str) -> str:
        inner = [self._bracketed(p, word) for p in parts]
        return inner[0] if len(inner) == 1 else self.say(f"filter.joined_{word}").join(inner)

    def _bracketed(self, part: Filter, word: str) -> str:
        mixed = isinstance(part, And | Or) and len(part.filters) > 1 and part.kind != word
        mixed = mixed or (isinstance(part, Behaviour) and part.after is not None)
        return self.say("filter.bracket", text=self.tell(part)) if mixed else self.tell(part)


def segment_meaning(name: str, model: SemanticModel, lang: Lang) -> str | None:
    """What puts a member into a named segment, in words; None where the model does not say."""
    segment = model.segments.get(name)
    if segment is None:
        return None
    if segment.description is not None:
        return words.escape_markdown(segment.description[lang])
    return explain_filter(_segment_filter(segment.where, segment.entity), model, lang)


def _segment_filter(where: str, entity: str) -> Filter:
    query = from_json(f'{{"kind": "records", "entity": "{entity}", "where": {where}}}')
    assert isinstance(query, Records) and query.where is not None  # noqa: S101 - a segment of a linted model
    return query.where
