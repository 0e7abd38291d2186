"""Bands that a question gives: 订单按金额分档：200以下、200到500、500以上, customers by age: <30, 30-45, >45, spend 0-1000, 1000+.

In: a `Reading` before its comparisons are read. It gains a `Group` with edges over the number that stands beside the list (a column of
the rows that are counted, something that people have, a number of each), or over the money of the rows that the list is of; and a test
where the bands leave something out. Never fails: a list whose number is not told is left to other passes.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.language.comparisons import Comparison
from assistant.planners.rules.aged import ages_of, may_be_age
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.draft import AnyOf, Asked, Group, NumberTest, Test
from assistant.planners.rules.intervals import Band, Cut, band_of, cut, exactly
from assistant.planners.rules.numeric import fits, measured, tables_counted
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit

_TIES = ("and", "comma", "or", "versus", "filler", "particle", "both", "also", "magnitude", "count", "how_much")
_INTO = (
    "by",
    "by_after",
    "kind_noun",
    "distribution",
    "period_word",
    "per_group",
    "each_other",
    "filler",
    "particle",
    "with",
    "show",
)
_WITHIN = re.compile(r"(\d{1,4})(?:天|日)(?:之内|以内|内)")
_REACH = 8
_AVERAGE = re.compile(r"平均|(?:average|avg|mean|median) ")


@dataclass(frozen=True, slots=True)
class _Of:
    """What the bands are of: a dimension, or a metric of each member. `at`: where it is named; None where its rows tell."""

    at: int | None
    dimension: str | None = None
    metric: str | None = None

    @property
    def name(self) -> str:
        return self.dimension or self.metric or ""


def read_banded(r: Reading) -> None:
    """The one list of bands of a question."""
    places = _listed(r)
    if len(places) < 2 or r.follows is not None or _goes_on(r, places[-1]):
        return
    of = _of_what(r, places)
    found = None if of is None else _cut(r, places, of)
    if of is None or found is None or not _are_asked_apart(r, places, found):
        return
    group = Group(places[0], (of.dimension,) if of.dimension else (), metrics=(of.metric,) if of.metric else ())
    r.groups.append(Group(group.at, group.dimensions, metrics=group.metrics, edges=found.edges, below=found.below))
    r.tests += _inside(places[0], of, found)
    count_rows(r, places[0], of.at, of.dimension)
    if of.metric is not None or not r.tokens or not _names_metric(r, of):
        r.counted, r.count_words = True, r.count_words[:1]
    r.take(*places, of.at, *_words_around(r, places, of), *_how_many(r, places))
    plain = ((i, t) for i, t in enumerate(r.tokens))
    r.tokens = tuple(replace(t, senses=()) if i in places else t for i, t in plain)  # 25-34 is no age group of its own


def _how_many(r: Reading, places: list[int]) -> list[int]:
    """消费金额前三档人数：1万以上、5千到1万、5千以下: how many bands there are, which the list says itself."""
    for at in range(len(r.tokens) - 1):
        number = r.tokens[at].number
        if number is not None and at not in places and number.plain == len(places) and r.tokens[at + 1].has("kind_noun"):
            return [at, at + 1]
    return []


# --- the list ------------------------------------------------------------------------------------------------------------


def _listed(r: Reading) -> list[int]:
    """The places of a list of comparisons and numbers, tied by nothing but stops, `and` and the noun that they are of."""
    found: list[int] = []
    for at in range(len(r.tokens)):
        if not r.free(at) or not _is_band(r, at):
            continue
        if found and not all(_ties(r, i) for i in r.between(found[-1], at)):
            if len(found) > 1 and any(r.tokens[i].comparison for i in found):
                break
            found = []
        found.append(at)
    return found if sum(r.tokens[i].comparison is not None for i in found) > 0 else []


def _is_band(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    if token.comparison is not None:
        bands = set(r.world.attributes.bands.values())
        return token.comparison.kind == "cardinal" and all(s.name in bands for s in token.of("value"))  # 25-34, 35-44
    if token.time is not None:
        return _WITHIN.fullmatch(token.text) is not None
    number = token.number
    return number is not None and number.kind == "cardinal" and not token.senses


def _ties(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    aged = bool(set(r.dimensions(at)) & set(ages_of(r.world)))  # 30到40岁
    return r.is_break(at) or (token.has(*_TIES) and not token.is_content) or bool(token.of("entity")) or aged


def _comparison(r: Reading, at: int) -> Comparison | None:
    token = r.tokens[at]
    within = _WITHIN.fullmatch(token.text) if token.time is not None else None
    if within is not None:
        return Comparison(token.start, token.end, "<=", Decimal(within[1]), None, "day")
    return token.comparison


_OVER = "over|under|above|below|beyond|more|less|longer|shorter|up|at|超过?|大于|不到|不足|低于|高于"
_OPEN = re.compile(rf"[\s,;、,;]*(?:and |or |和|与|及)?(?:{_OVER})(?![a-z])")


def _goes_on(r: Reading, last: int) -> bool:
    """under 30 minutes, 30-60, over an hour: a band that was not read stands behind the others."""
    return _OPEN.match(r.text.text, r.tokens[last].end) is not None


# --- what they are of ----------------------------------------------------------------------------------------------------


def _of_what(r: Reading, places: list[int]) -> _Of | None:
    """The number beside the list, in front of it before behind it; else an age, or the money of the rows."""
    said = [c for i in places if (c := _comparison(r, i)) is not None]
    c = next((c for c in said if c.unit is not None), said[0])
    front = range(places[0] - 1, max(places[0] - 1 - _REACH, -1), -1)
    for at in front:
        if not r.free(at):
            continue
        found = _named(r, at, c)
        if found is not None:
            return found
        if r.tokens[at].senses and not (r.tokens[at].of("entity") or r.is_person(at) or r.metrics(at)):
            break
    ages = ages_of(r.world)
    people = r.step(places[0], -1) if places[0] and not r.is_break(places[0] - 1) else None
    are = people is not None and (r.is_person(people) or r.counts_people(people) or describes_people(r, people))
    if ages and (c.unit == "year_of_age" or (are and all(may_be_age(one) for one in said))):
        return _Of(None, ages[0])  # gold customers under 30, 30-40, over 40
    return _of_rows(r, places, c)


def _named(r: Reading, at: int, c: Comparison) -> _Of | None:
    """The number that a token names: of the rows where it averages one, of each member else; the number that an attribute cuts up."""
    banded = {band: number for number, band in r.world.attributes.bands.items()}
    cut_up = [d for d in r.dimensions(at) if d in banded and _is_of_its_name(r, banded[d], d)]
    if cut_up:
        return _Of(at, banded[cut_up[0]])
    found = measured(r, at, c) or _of_things(r, at, c)
    if found is None:
        return None
    metrics, dimensions = found
    rows = [d for m in metrics if (d := r.world.number_of_rows(m)) is not None and fits(r, d, c)]
    if metrics and _AVERAGE.match(r.tokens[at].text):
        return None  # what is asked for
    if dimensions or rows:
        return _Of(at, (*dimensions, *rows)[0])
    if not _asks_people(r, at) or r.world.counts_people(metrics[0]) or r.world.is_timeless(metrics[0]):
        return None
    return _Of(at, metric=metrics[0])


def _of_things(r: Reading, at: int, c: Comparison) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """累计订单1单的、2到5单的: how many of the things each of them has."""
    counts = tuple(m for e in r.entities(at) if (m := r.world.counts.get(e)) is not None and fits(r, m, c))
    return (counts[:1], ()) if c.unit in ("order", "piece", "time") and not r.is_person(at) and counts else None


def _is_of_its_name(r: Reading, number: str, band: str) -> bool:
    """An age and its age group."""
    dimensions = r.world.model.dimensions
    return dimensions[band].label.en.lower().startswith(dimensions[number].label.en.lower())


def _asks_people(r: Reading, of: int) -> bool:
    """Whether people are what is counted, so that a number of each of them can be meant."""
    return any(i != of and (r.is_person(i) or r.counts_people(i) or r.tokens[i].has("people")) for i in range(len(r.tokens)))


def _of_rows(r: Reading, places: list[int], c: Comparison) -> _Of | None:
    """orders under 200, 200 to 500 …; app orders by size: …: the money of what is counted."""
    if c.unit not in ("currency", None):
        return None
    inside = [i for i in range(len(r.tokens)) if i not in places and (_is_near(r, i, places) or r.where("magnitude"))]
    amounts = dict.fromkeys(a for i in inside for t in tables_counted(r, i) if (a := r.world.amount_of(t)) is not None)
    return _Of(None, next(iter(amounts))) if len(amounts) == 1 else None


def _is_near(r: Reading, at: int, places: list[int]) -> bool:
    """Right in front of the list or behind it, words for cutting passed over."""
    between = r.between(at, places[0]) if at < places[0] else r.between(places[-1], at)
    return all(i in places or r.is_break(i) or _is_into(r, i) or r.tokens[i].time is not None for i in between)


def _is_into(r: Reading, at: int) -> bool:
    token = r.tokens[at]
    return not token.is_content and token.has(*_INTO, "magnitude", "that_value")


# --- the group -----------------------------------------------------------------------------------------------------------


def _cut(r: Reading, places: list[int], of: _Of) -> Cut | None:
    member = r.world.model.dimensions.get(of.name)
    whole = member.type == "integer" if member is not None else r.world.is_count(of.name)
    bands: list[Band] = []
    for at in places:
        c, number = _comparison(r, at), r.tokens[at].number
        if c is not None:
            band = band_of(at, c, in_its_unit(r.world, of.name, c))
        else:
            band = exactly(at, float(number.plain)) if number is not None and (whole or number.plain == 0) else None
        if band is None:
            return None
        bands.append(band)
    return cut(bands, whole=whole)


def _are_asked_apart(r: Reading, places: list[int], found: Cut) -> bool:
    """Three bands that meet are never one condition; two are where something says that each is asked for, or they cover everything."""
    each = any(t.has("each_other", "distribution", "per_group") and not t.of("entity") for t in r.tokens)
    led = any(r.tokens[i].has("by", "kind_noun", "by_after") and not r.tokens[i].is_content for i in range(places[0]))
    alternatives = any(r.tokens[i].has("or") and not r.tokens[i].has("and") for i in r.between(places[0], places[-1]))
    if alternatives and not each:
        return len(places) > 2 and not found.parts  # less than 500, 500-2000, or more than 2000
    return each or led or (len(places) > 2) or (not found.parts and len(places) == 2)


def _inside(at: int, of: _Of, found: Cut) -> list[Test]:
    """What the bands leave out is no part of the answer."""
    tests: list[Test] = []
    metrics, dimensions = ((of.metric,) if of.metric else ()), ((of.dimension,) if of.dimension else ())
    for low, low_in, high, high_in in found.parts:
        if low is not None and high is not None and low_in and high_in:
            tests.append(NumberTest(at, "between", (low, high), metrics, dimensions))
        elif low is not None and high is None:
            tests.append(NumberTest(at, ">=" if low_in else ">", (low,), metrics, dimensions))
        elif high is not None and low is None:
            tests.append(NumberTest(at, "<=" if high_in else "<", (high,), metrics, dimensions))
    return tests if len(tests) < 2 else [AnyOf(at, tuple(tests))]


def count_rows(r: Reading, at: int, of: int | None, dimension: str | None) -> None:
    """order value in bands of 100: how many rows there are, where nothing else is named that could be counted."""
    table = r.world.model.dimensions[dimension].table if dimension is not None else None
    entity = next((e for e in r.world.model.entities.values() if e.table == table), None)
    count = r.world.counts.get(entity.name) if entity is not None and entity != r.world.entity else None
    named = any(i != of and (r.metrics(i) or r.entities(i) or r.is_person(i)) for i in range(len(r.tokens)))
    if count is not None and not named:
        r.asked.append(Asked(at, (count,)))


def _names_metric(r: Reading, of: _Of) -> bool:
    """Whether something is measured besides what the bands are of."""
    return any(i != of.at and r.metrics(i) for i in range(len(r.tokens)))


def _words_around(r: Reading, places: list[int], of: _Of) -> list[int]:
    """The words that only say that it is cut, and the nouns of the list itself."""
    first = min([*places[:1], *([of.at] if of.at is not None else [])])
    told = [
        i for i in range(max(first - 2, 0), places[-1] + 3) if i < len(r.tokens) and r.free(i) and _only_cuts(r, i, places, of)
    ]
    opens = [0] if r.tokens[0].has("kind_noun", "by", "distribution") and not r.tokens[0].is_content else []
    inner = [i for i in r.between(places[0], places[-1]) if i not in places]
    nouns = [i for i in inner if r.tokens[i].of("entity")][1:] + [i for i in inner if r.tokens[i].of("dimension")]
    total = [of.at - 1] if of.metric and of.at and r.tokens[of.at - 1].has("running") else []  # 累计订单
    ties = [i for i in inner if not r.tokens[i].is_content and r.tokens[i].has("or", "count", "how_much")]
    return [*told, *opens, *nouns, *total, *ties, *(i for i in r.where("magnitude") if not r.tokens[i].is_content)]


def _only_cuts(r: Reading, at: int, places: list[int], of: _Of) -> bool:
    """by, 分档, each: where no other breakdown stands behind it."""
    token = r.tokens[at]
    if token.is_content or token.has("share") or not (token.has(*_INTO, "that_value", "versus", "and", "magnitude")):
        return False
    behind = next((i for i in range(at + 1, len(r.tokens)) if not r.is_break(i) and r.tokens[i].is_content), None)
    return behind is None or behind == of.at or behind in places or not r.dimensions(behind)
