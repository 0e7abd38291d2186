"""A question in front that only says what the one behind it is for: how heavily are we discounting? discount rate by month this year.

In: the text, its first sentence as a `Reading`, what the second one comes to. Out: whether the first adds no number, condition or breakdown
of its own (how loyal are they? what are people contacting us about? which channel gives away most?), and the time that it lends to the
second. Never fails: where the first names rows, a breakdown or a number that the second does not show, both are read as before.
"""

import re
from copy import copy
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.planners.rules.reading import Reading
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.model import RatioMetric
from semantic_layer.query import Aggregate, ByDimension, ByTime, MetricUse

_HOW = re.compile(
    r"how (?!(?:many|much|long|old|come|about|do|does|did|is|are|was|were|can|could|to|far)(?![a-z]))(?P<how>[a-z-]+) "
    r"(?:is|are|was|were|do|does|did|have|has)(?![a-z])"
)
_ABOUT = re.compile(r"what (?:is|are|was|were|do|does|did|have|has) (?:our |the )?[a-z]+ (?P<about>.+?) about(?![a-z])")
_MOST = re.compile(
    r"(?:which|what) (?P<most>[a-z ]+?)(?: the)? (?:most|least|hardest|best|worst)$|(?P<lead>.{0,12}?哪[个些类家种].{2,14}?最.{1,3})$"
)
_COMMA = re.compile(
    r"(?P<lead>[^,，?？。]{0,12}哪[个些类家种][^,，?？。]{2,14}最(?![多少])[^,，?？。]{1,3})[,，](?P<then>(?:各|每|分|按)[^,，?？。]+)[。.]?"
    r"|(?P<en>which [a-z ]+?(?: the)? (?:most|least|best|worst)), (?P<behind>[^,?]+ (?:by|per|for each) [^,?]+)"
)


def lead_and_then(text: str) -> tuple[str, ...]:
    """哪个渠道让利最狠，各渠道的优惠率列一下: two sentences that a comma parts; empty where there are none.

    >>> lead_and_then("哪个渠道让利最狠，各渠道的优惠率列一下")
    ('哪个渠道让利最狠', '各渠道的优惠率列一下')
    """
    found = _COMMA.fullmatch(text.strip())
    return tuple(part for part in found.groups() if part) if found is not None else ()


def opens_lead(part: str) -> bool:
    """Whether a sentence asks how, about what or which most, so that it may be one that only leads."""
    said = part.strip().lower()
    return any(form.match(said) for form in (_HOW, _ABOUT, _MOST))


def time_of_lead(lead: Reading) -> str | None:
    """The words of its one time."""
    times = [t for t in lead.tokens if t.time is not None and t.time.period is not None]
    return lead.text.text[times[0].start : times[0].end] if len(times) == 1 else None


def lead_in(lead: Reading, then: Interpretation) -> Reading:
    """The lead without its time, where that is the time of what is shown, or one that what is shown is held against."""
    query = then.queries[0] if then.queries else None
    if not isinstance(query, Aggregate):
        return lead
    told = copy(lead)
    told.tokens = tuple(
        t for t in lead.tokens if t.time is None or not (query.compare is not None or t.time.period == query.period)
    )
    return told


def says_no_more(lead: Reading, then: Interpretation, text: str) -> bool:
    """Whether a lead that asks how, about what or which most names nothing that the query of `text` does not show."""
    query = then.queries[0] if then.queries else None
    if isinstance(query, Aggregate) and query.compare is not None and _only_compares(lead):
        return True
    line = lead.text.text.strip()
    form = next((found for each in (_HOW, _ABOUT, _MOST) if (found := each.match(line)) is not None), None)
    if form is None or not isinstance(query, Aggregate) or not query.group_by or not _is_split(query):
        return False
    if any(t.time is not None for t in lead.tokens):
        return False
    free = form.span(form.lastgroup) if form.lastgroup is not None else (0, 0)
    asking = [t for t in lead.tokens if t.number is not None or t.comparison is not None or t.grain is not None]
    told = [t for t in lead.tokens if t.senses or t.role == "unread"]
    ties = form.re is _HOW or any(_is_of(lead, t, query) for t in told)
    return not asking and ties and all(_adds_nothing(lead, t, query, text, free) for t in told)


def _only_compares(lead: Reading) -> bool:
    """are we ahead of last year?"""
    plain = all(t.role != "unread" and not t.senses and t.number is None and t.comparison is None for t in lead.tokens)
    return plain and _WHETHER.match(lead.text.text.strip()) is not None


_WHETHER = re.compile(r"(?:are|is|were|was|did|do|have) (?:we|this|it|things|business)(?![a-z])")


def _is_split(query: Aggregate) -> bool:
    return all(isinstance(group, ByDimension | ByTime) for group in query.group_by)


def _adds_nothing(lead: Reading, token: Piece, query: Aggregate, text: str, free: tuple[int, int]) -> bool:
    inside = free[0] <= token.start and token.end <= free[1]
    if token.role == "unread":
        return inside and token.text.isascii() and token.text.isalpha()
    again = len(token.text) >= _STEM and token.text[:_STEM] in text.lower()
    if again or _is_of(lead, token, query):
        return True
    kinds = {s.kind for s in token.senses}
    how = lead.text.text.strip().startswith(f"how {token.text} ")  # how loyal are they: no condition
    people = bool(token.of("entity")) and all(s.kind == "entity" or lead.world.counts_people(s.name) for s in token.senses)
    return how or people or (kinds <= {"behaviour", "entity"} and not token.of("value"))


_STEM = 5
"""discounting, and discount rate; resolved, and resolution time."""


def _is_of(lead: Reading, token: Piece, query: Aggregate) -> bool:
    """A breakdown or a number that is shown, what a rate that is shown is the rate of, or a deed whose rows are counted."""
    groups = {group.member for group in query.group_by if isinstance(group, ByDimension)}
    metrics = {use.metric for use in query.metrics if isinstance(use, MetricUse)}
    made = {m.numerator for name in metrics if isinstance(m := lead.world.model.metrics[name], RatioMetric)}
    if any(s.name in groups | metrics | made for s in token.senses):
        return True
    tables = {table for name in metrics for table in lead.world.tables_of(name)[:1]}
    deeds = [b for s in token.of("behaviour") if (b := lead.world.behaviour(s.name)) is not None]
    return any(b.table in tables for b in deeds)


def told_apart(then: Interpretation, lead: Reading, words: str) -> Interpretation:
    """The answer of the second; a first one with words that nobody knows is told to have been set aside."""
    if not any(t.role == "unread" for t in lead.tokens):
        return then
    return replace(then, issues=(*then.issues, Issue("set-aside", "assumption", params={"words": words})))
