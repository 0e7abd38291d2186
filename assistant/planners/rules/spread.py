"""How people spread over a number of theirs: 近一年订单数的分布, a histogram of lifetime spend, how many placed 1, 2, 3 … orders.

In: a `Reading` before its comparisons and breakdowns are read. It gains a `Group` with the width or the edges of its buckets, over an
attribute of people or a metric of each. Where no width is said, counts go one by one, rates by tenths, days by the usual spans and
anything else by edges of 1, 2, 5; chosen edges are told. Never fails: where there is no number to spread over, nothing changes.
"""

import re
from dataclasses import replace
from itertools import pairwise

from assistant.language.values import Sense
from assistant.planners.rules.banded import count_rows
from assistant.planners.rules.draft import Group, NumberTest, Test, VerbTest
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue
from semantic_layer.model import Dimension, Metric

_DAYS = (7.0, 30.0, 60.0, 90.0, 180.0, 365.0)
_EDGES = (100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0, 50000.0)
GOES_ON = re.compile(
    r"\.{2,}|…|[以依]此类推|(?:这样|一路|一直)*(?:列|数|排)?(?:下去|往下|往后)(?:列|数|排)?|[列数排]下去|and so on|and so forth"
    r"|(?<![a-z])etc(?:etera)?(?![a-z])|等等|all the way(?: up| down| through)?"
)
_STEP = re.compile(
    r"(?:每隔?|按|以)?(?P<zh>\d[\d.,]*[万千百]?)(?:元|块钱?|单|次|天|岁|件|分钟?|个)?(?:为)?(?:一档|一段|一组|一个区间|一个档次?|一级|一挡|一格|一个区段|的?间隔|的?步长)"
    r"|(?:steps|buckets|bins|bands|intervals|increments|brackets|ranges|slices) of (?:[¥$]|rmb |yuan )?(?P<en>\d[\d.,]*k?)(?![\d.])"
    r"|(?P<wide>\d[\d.,]*k?)[- ](?:wide|yuan|rmb|year|day|minute|dollar)[- ](?:wide |age )?"
    r"(?:steps|buckets|bins|bands|intervals|increments|brackets|ranges|slices)"
)
_SCALES = {"万": 10_000, "千": 1000, "百": 100, "k": 1000}


def read_spread(r: Reading) -> None:
    """The one number that people are spread over, if there is any."""
    step, goes_on = _STEP.search(r.text.text), _numbers_go_on(r)
    marks = [at for at in r.where("distribution") if not r.tokens[at].is_content]
    each = _each_number(r) or _by_number(r, marks)
    if not (step or goes_on or marks or each or r.chart == "histogram") or any(t.comparator for t in r.tokens):
        return
    place = each or _attribute(r, wide=step is not None) or (_metric(r, goes_on) if goes_on or step else None)
    if place is None or (not (step or goes_on or each) and any(t.has("by", "per_group") and not t.is_content for t in r.tokens)):
        return
    at, member, metric = place
    width = _width(step) if step is not None else None
    if width == 0:
        return
    as_people(r, metric)
    count_rows(r, at, at, member.name if isinstance(member, Dimension) else None)
    group = Group(at, (member.name,) if isinstance(member, Dimension) else (), metrics=(metric,) if metric else (), width=width)
    r.groups.append(_with_edges(r, group, member))
    r.tests.extend(_did_so(r, at, member, metric, goes_on))
    r.counted, r.count_words = True, r.count_words[:1]
    r.take(*_its_metric(r, group) if goes_on else ())
    r.take(at, *marks, *goes_on, *(_inside(r, step.start(), step.end()) if step is not None else ()))


def _each_number(r: Reading) -> tuple[int, Metric, str] | None:
    """近90天买过的人，每个单数各有多少人: how many people there are with each number of something."""
    people = any(t.has("people") and t.has("count") for t in r.tokens)
    for at in range(1, len(r.tokens)) if people else ():
        counts = [m for m in r.metrics(at) if r.world.is_count(m) and not r.world.counts_people(m) and not r.world.is_timeless(m)]
        if counts and _EACH.fullmatch(r.tokens[at - 1].text) and not r.entities(at):
            r.take(at - 1)
            return at, r.world.model.metrics[counts[0]], counts[0]
    return None


def _by_number(r: Reading, marks: list[int]) -> tuple[int, Metric, str] | None:
    """distribution of customers by number of orders, 客户按下单次数分布: how many people there are with each number of something."""
    people = any(r.is_person(at) or any(r.world.counts_people(m) for m in r.metrics(at)) for at in range(len(r.tokens)))
    for at in range(1, len(r.tokens)) if people and r.follows is None else ():
        counts = [m for m in r.metrics(at) if r.world.is_count(m) and not r.world.counts_people(m) and not r.world.is_timeless(m)]
        by = r.tokens[at - 1].has("by") and not r.tokens[at - 1].is_content
        if by and not marks and _puts_in_order(r, at):
            continue
        if counts and by and not r.entities(at) and (marks or _NUMBER_OF.match(r.tokens[at].text)):
            r.take(at - 1)
            return at, r.world.model.metrics[counts[0]], counts[0]
    return None


def _puts_in_order(r: Reading, at: int) -> bool:
    """退货超过3次的客户，按退货次数倒序: what people are put in order by, and no number of them is asked for."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    sorts = behind is not None and behind.has("sort", "descending", "ascending") and not behind.is_content
    asks = any(t.has("count", "how_much") and not t.is_content for t in r.tokens)
    return sorts and not asks and not r.tokens[at].text.isascii()


def as_people(r: Reading, metric: str) -> None:
    """how many of our buyers ordered once, twice …: those who did it at all are the people who are spread."""
    deeds = [name for name in r.world.model.behaviours if metric and r.world.count_of_deeds(name) == metric]
    people = {doers(r.world, name) for name in deeds}
    count = r.world.counts.get(r.world.model.domain.entity)
    if count is not None and any(s.name in people for t in r.tokens for s in t.of("metric")):
        plain = (Sense("metric", count),)
        r.tokens = tuple(replace(t, senses=plain) if any(s.name in people for s in t.of("metric")) else t for t in r.tokens)


_NUMBER_OF = re.compile(r"(?:the )?(?:number|count) of |how many (?:times|orders)|.*[次单件]数$|.*(?<![a-z])count$")
_EACH = re.compile("(?:按|对)?每[个种一]")


def settle_spread(r: Reading) -> None:
    """A number of each member is counted in the time of the question."""
    lent = {t.period for t in r.tests if isinstance(t, VerbTest) and t.period is not None}  # 三季度有成交的客户，买1单的多少人
    for place, group in enumerate(r.groups):
        if group.metrics:
            period = r.period or (next(iter(lent)) if len(lent) == 1 else None)
            r.groups[place] = replace(group, period=period)
            own = (VerbTest, NumberTest)
            r.tests = [replace(t, period=period) if isinstance(t, own) and t.at == group.at else t for t in r.tests]
            r.tests = [t for i, t in enumerate(r.tests) if not any(_same_deed(t, other) for other in r.tests[:i])]
            r.period, r.period_at, r.period_used = None, None, True


def _same_deed(a: Test, b: Test) -> bool:
    """买过的客户里，买1次的: said once of everybody, and once of each number."""
    return isinstance(a, VerbTest) and isinstance(b, VerbTest) and replace(a, at=0, verb=0) == replace(b, at=0, verb=0)


def _did_so(r: Reading, at: int, member: Dimension | Metric, metric: str, numbers: list[int]) -> list[Test]:
    """bought once, twice, three times and so on: nobody who never did."""
    first = next((n for i in numbers if (n := r.tokens[i].number) is not None), None)
    if first is None or first.plain != 1:
        return []
    if isinstance(member, Dimension):
        return [NumberTest(at, ">=", (1.0,), (), (member.name,))]
    deed = next((b for b in r.behaviours(at) if r.world.count_of_deeds(b) == metric), None)
    return [VerbTest(at, (deed,))] if deed is not None else []


def _its_metric(r: Reading, group: Group) -> list[int]:
    """the spread of order counts: … 1, 2, 3 orders in the last year: the metric that the number of each is made of."""
    metrics = {metric for (metric, _), name in r.world.attributes.windows.items() if name in group.dimensions} | set(
        group.metrics
    )
    return [i for i in range(len(r.tokens)) if set(r.metrics(i)) & metrics and not r.entities(i)]


def _width(step: re.Match[str]) -> float:
    said = next(found for found in step.groups() if found is not None).replace(",", "").rstrip(".")
    return float(said.rstrip("".join(_SCALES))) * _SCALES.get(said[-1], 1)


def _inside(r: Reading, start: int, end: int) -> list[int]:
    return [i for i, t in enumerate(r.tokens) if start <= t.start and t.end <= end]


def _attribute(r: Reading, *, wide: bool) -> tuple[int, Dimension, str] | None:
    """The only free place of a number that people have; one with bands of its own (age) is broken down by those. Where a width is
    said, of any rows, and those bands are not meant."""
    found: list[tuple[int, Dimension, str]] = []
    for at in range(len(r.tokens)):
        names = [d for d in r.dimensions(at) if r.free(at) and r.world.is_number(d) and (wide or not _is_banded(r, d))]
        people = [d for d in names if (e := r.world.entity) is not None and r.world.is_about(r.world.model.dimensions[d], e)]
        people = people or (names if wide else [])
        if people and not r.value_options(at) and not any(of.name in names for _, of, _ in found):  # 年龄每10岁一档
            found.append((at, r.world.model.dimensions[people[0]], ""))
    return found[0] if len(found) == 1 else None


def _is_banded(r: Reading, name: str) -> bool:
    """Whether a number has ranges of its own by its name: an age and its age group."""
    band = r.world.attributes.bands.get(name)
    dimensions = r.world.model.dimensions
    return band is not None and dimensions[band].label.en.lower().startswith(dimensions[name].label.en.lower())


def _metric(r: Reading, numbers: list[int]) -> tuple[int, Metric, str] | None:
    """买1单的多少人、2单的…: how often each did what the verb before the first number says."""
    first = next((i for i in numbers if r.tokens[i].number is not None), None)
    verb = r.step(first, -1) if first is not None else None
    name = next((m for b in r.behaviours(verb) if (m := r.world.count_of_deeds(b))), None) if verb is not None else None
    return (verb, r.world.model.metrics[name], name) if verb is not None and name is not None else None


def _numbers_go_on(r: Reading) -> list[int]:
    """0, 1, 2, 3 … orders; 1单的多少人、2单的多少人、这样列下去: numbers one above the other, and a word that they go on."""
    on = list(GOES_ON.finditer(r.text.text))
    numbers = [i for i, t in enumerate(r.tokens) if t.number is not None and not (t.senses or t.time or t.comparison)]
    values = [number.plain for i in numbers if (number := r.tokens[i].number) is not None]
    rises = all(b == a + 1 for a, b in pairwise(values))
    if len(values) < 2 or not rises or not on or r.tokens[numbers[0]].start > on[-1].start():
        return []
    between = [i for i in range(numbers[0], numbers[-1] + 2) if i < len(r.tokens)]
    deeds = [i for i in between if r.tokens[i].of("behaviour") and not r.tokens[i].of("value") and r.helps_only(i)]  # have 1
    told = [*deeds, *(i for i in between if r.tokens[i].has("count") or (r.is_person(i) and not r.tokens[i].of("value")))]
    marks = [i for i, t in enumerate(r.tokens) if any(t.start < m.end() and m.start() < t.end for m in on)]
    told += [i for i, t in enumerate(r.tokens) if t.has("count") and t.start > r.tokens[numbers[0]].start and not t.of("entity")]
    told += [i for i, t in enumerate(r.tokens) if t.text in ("times", "time") and i and i - 1 in marks]  # 0, 1, 2 … times
    return sorted({*numbers, *marks, *told})


def _with_edges(r: Reading, group: Group, member: Dimension | Metric) -> Group:
    """The group with a width or edges that suit what is counted."""
    if group.width is not None:
        return group
    unit = member.unit.en if member.unit is not None else ""
    if member.format == "percent":
        return replace(group, width=0.1)
    days = unit.startswith("day")
    if not days and member.format != "currency":
        return replace(group, width=1.0)
    edges = _DAYS if days else _EDGES
    r.issues.append(Issue("assumed-edges", "assumption", params={"edges": ", ".join(f"{edge:,.0f}" for edge in edges)}))
    return replace(group, edges=edges)
