"""Shares, growth and reasons: words that change what is shown of a metric.

In: a `Reading`. `read_shares` gains `share` (占比, what % of, distribution of a metric); `read_changes` gains a comparison where only a
word for change says so (增长了多少, why did … fall); `read_frames` gains the chart kind, an export, a running total, a why-question.
"""

import re

from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.draft import Group, Test, ValueTest, VerbTest
from assistant.planners.rules.growth import take_others
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.percents import is_implied, only_rates, says_nothing_new
from assistant.planners.rules.portions import share_of
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.share_of_each import leaves_out, part_of_rows
from assistant.planners.rules.share_sides import (
    after_whole,
    done_where,
    head_of_whole,
    is_described,
    part_among,
    part_before_whole,
    part_in_whole,
    said_of_counted,
    subject_end,
    who_did,
    whole_told,
)
from semantic_layer.issues import Issue
from semantic_layer.query import Compare, Grain, Period

_CHARTS = ("stacked_bar", "grouped_bar", "line", "bar", "pie", "heatmap", "scatter", "histogram", "table", "funnel")


def _as_many_days(r: Reading) -> None:
    """本月到昨天和上月同样那么多天比: as many days from the start of the period that is compared with."""
    words = [at for at in r.where("same_period") if not r.tokens[at].senses and _beside_time(r, at)]
    other = r.compare.period if r.compare is not None else None
    if not words or r.compare is None or r.period is None:
        return
    if other is not None and other.start and r.period.start and r.period.end:
        days = r.period.end - r.period.start
        yearly = other.end is not None and (other.end - other.start).days > _MOST_OF_YEAR
        start = r.period.start.replace(year=other.start.year, day=min(r.period.start.day, 28)) if yearly else other.start
        r.compare = Compare(kind="period", period=Period(start=start, end=start + days))
    r.take(*words)


_MOST_OF_YEAR = 360
"""Days of a period that is a year: the same days of it are those of the calendar."""


def _beside_time(r: Reading, at: int) -> bool:
    near = [n for n in (r.step(at, -1), r.step(at, 1)) if n is not None]
    return any(r.tokens[n].comparator is not None or r.tokens[n].time is not None for n in near)


_UNIT_SIGNS: tuple[tuple[str, Grain], ...] = (("月", "month"), ("周", "week"), ("日", "day"), ("天", "day"), ("季", "quarter"))


def read_frames(r: Reading) -> None:
    """Chart kinds, export, running totals, why."""
    for kind in _CHARTS:
        for at in r.where(f"chart_{kind}"):
            if not r.tokens[at].is_content:
                r.chart = r.chart or kind  # type: ignore[assignment]
                r.take(at)
    r.export = _said(r, "export", "export_to") or r.export
    for at in r.where("running"):  # 按月累计: the unit stands in the word
        unit = next((grain for sign, grain in _UNIT_SIGNS if sign in r.tokens[at].text), None)
        if unit is not None and not r.tokens[at].is_content:
            r.groups.append(Group(at, grain=unit))
    r.running = _said(r, "running") or r.running
    if _said(r, "why"):
        r.head = "change"
    if r.head == "change":
        _said(r, "why_soft")


def _said(r: Reading, *names: str) -> bool:
    """Whether an operator stands there as such; its words are used up."""
    places = [at for at in r.where(*names) if not r.tokens[at].is_content]
    r.take(*places)
    return bool(places)


def read_relation(r: Reading) -> None:
    """什么关系, correlation: two metrics side by side, or one broken down by what it may hang on."""
    if r.chart == "scatter" and len(r.asked) > 1:  # do stores with more orders have a higher or lower AOV?
        r.take(*(at for at in r.where("comparative", "compare_high", "compare_low") if not r.tokens[at].senses))
    for at in r.where("relation"):
        if r.tokens[at].is_content:
            continue
        free = [i for i in range(len(r.tokens)) if r.free(i) and r.dimensions(i) and not r.metrics(i)]
        dimension = next((i for i in free if any(r.world.is_groupable(d) for d in r.dimensions(i))), None)
        if len(r.asked) == 1 and not r.groups and dimension is not None:
            r.groups.append(Group(dimension, r.dimensions(dimension)))
            r.take(dimension)
        if r.groups or r.follows is not None:  # of two totals there is no telling
            r.take(at)


def read_trend(r: Reading) -> None:
    """走势, trend: over time, by a grain that fits where none was said; 变化 is one where nothing is compared."""
    compared = any(t.comparator for t in r.tokens) or r.head == "change" or sum(t.time is not None for t in r.tokens) > 1
    for at in r.where("change_word"):
        if not r.tokens[at].is_content:
            r.take(at)
            if compared or not r.tokens[at].text.isascii():
                r.trend = r.trend or not compared
            elif not any(t.grain for t in r.tokens):
                r.moved = True
    for at in r.where("trend"):
        if not r.tokens[at].is_content:
            r.trend = True
            r.take(at)


def read_shares(r: Reading) -> None:
    """占比, what % of, share of, the distribution of a metric."""
    for at in r.where("share"):
        token = r.tokens[at]
        if token.of("metric"):
            continue
        if says_nothing_new(r, at):
            r.take(at)
            continue
        r.share = True
        r.take(at)
        if r.apart:
            r.share_parts = said_of_counted(r, at)
            r.share_within = bool(r.share_parts)
            continue
        if token.text.isascii():
            _english(r, at)
        else:
            _chinese(r, at)
    _take_by(r)
    for at in r.where("distribution"):
        if not r.tokens[at].is_content and (r.groups or r.apart):
            r.take(at)
            if (
                not r.tokens[at].has("breakdown")
                and r.groups
                and any(
                    r.metrics(i) and not r.entities(i) and not any(map(r.world.counts_people, r.metrics(i)))  # 人数分布: heads
                    for i in range(len(r.tokens))
                )
            ):
                r.share = True


def _take_by(r: Reading) -> None:
    """六个渠道各占多大，按销售额: what the shares are of, behind them."""
    for at in r.where("by") if r.share and r.groups else ():
        if at + 1 < len(r.tokens) and r.metrics(at + 1) and not r.dimensions(at + 1):
            r.take(at)


def _english(r: Reading, at: int) -> None:
    """what % of X is Y: what stands up to the first noun of the whole belongs to the whole."""
    among, parts = part_among(r, at)
    if parts:
        r.share_parts, r.share_within = parts, bool(r.groups) or (among or 0) > at  # by region: of each region's
        r.take(among)
        return
    if _is_of_each(r, at):
        return
    told = whole_told(r, at)
    if told is not None:  # of the diamond members, how many spent over 10,000, in percent
        r.share_base_end = told
        r.share_within = bool(r.groups)
        return
    whole_first = _WHOLE_FIRST.search(r.text.text[: r.tokens[at].start]) is not None
    if whole_first and any(t.at < at for t in r.tests) and any(t.at > at for t in r.tests):
        r.share_base_end = at  # among customers who registered in 2025, what percentage bought within 30 days
        r.share_within = bool(r.groups)
        return
    done = done_where(r, at)
    if done:
        r.share_parts = done
        r.share_within = bool(r.groups)
        return
    part = part_in_whole(r, at)
    if part is not None:  # share of women's wear in sales, by month: of each month's
        r.share_parts = {part}
        r.share_within = bool(r.groups)
        return
    r.share_base_end = at if is_described(r, at) else subject_end(r, at)
    r.share_base_end = _whole_end(r, at) if r.share_base_end is None else r.share_base_end
    end = r.share_base_end
    if end is not None and any(t.at > end for t in r.tests) and r.groups:
        r.share_within = True  # what % of members have churned, by region: of each region's; resolved each month: of the month's
        return
    before = r.step(at, 1)
    if (
        any(
            r.tokens[i].has("per_group") or r.tokens[i].text in ("in each", "of each", "for each", "each", "in every")
            for i in r.used
        )
        or before is None
    ):
        r.share_within = any(r.tokens[i].text in ("in each", "of each", "in every") for i in r.used)


def _whole_end(r: Reading, at: int) -> int | None:
    """The last token of the whole: the first noun; what share of gold members ordered: the people, of whom the rest is said."""
    end = None
    for to in range(at + 1, len(r.tokens)):
        if r.metrics(to) or r.entities(to):
            return to
        if any(t.at == to for t in r.tests):
            end = to
            if r.is_person(to):
                break
    return end


_WHOLE_FIRST = re.compile(
    r"(?:^|[,;:.] ?)(?:among|amongst|of (?:the|all|those|our|everyone|customers|members)|out of)(?![a-z]).*, ?$"
)


def _is_of_each(r: Reading, at: int) -> bool:
    """tickets of August: what proportion got resolved, by type; which region has the highest share of gold members: of each."""
    parts = _said_of_whole(r, at) if r.groups else set()
    if not parts and (g := _each_behind(r, at)) is not None:
        parts = {t.at for t in r.tests if t.at > g}
    if not parts and any(g.at < at for g in r.groups):
        parts = {
            t.at for t in r.tests if t.at > at and r.tokens[max(t.at, 0)].of("segment") and " " in r.tokens[max(t.at, 0)].text
        }
    if not parts and any(t.has("which") for t in r.tokens[:at]) and any(g.at < at for g in r.groups):
        parts = {t.at for t in r.tests_of_values() if t.at > at and (r.is_person(t.at) or describes_people(r, t.at))}
    if parts:
        r.share_parts, r.share_within = parts, True
    return bool(parts)


def _each_behind(r: Reading, at: int) -> int | None:
    """what share of each member level is churned: the place of the groups that each have a part."""
    mark = r.step(at, 1)
    to = r.step(mark, 1) if mark is not None and r.tokens[mark].text in ("each", "every") else None
    return to if to is not None and any(g.at == to for g in r.groups) else None


def _said_of_whole(r: Reading, at: int) -> set[int]:
    """what proportion got resolved, which share bought twice: conditions right behind the share, with no `of` between."""
    to = r.step(at, 1)
    to = r.step(to, 1) if to is not None and r.tokens[to].has("filler") else to
    found = {t.at for t in r.tests if t.at > at}
    first = to is not None and (to in found or any(isinstance(t, VerbTest) and t.verb == to for t in r.tests))
    of = to is not None and _OF.search(r.text.text[r.tokens[at].start : r.tokens[to].start])
    return found if first and not of else set()


_OF = re.compile(r"(?<![a-z])(?:of|in|among)(?![a-z])")


def _chinese(r: Reading, at: int) -> None:
    """在X中Y占比, Y占X的比例: the whole is named before 中, or behind 占."""
    parts = part_before_whole(r, at)
    r.share_parts = parts or r.share_parts
    if r.share_parts:
        return
    within = next((i for i in range(at) if r.tokens[i].has("within") and not r.tokens[i].is_content), None)
    if within is not None and any(t.at < within for t in r.tests) and any(within < t.at < at for t in r.tests):
        r.share_base_end = within
        r.take(within)
    if _part_of_named(r):
        r.take(within)
        return
    said = _said_right_behind(r, at) if within is not None or _ASKS_PART.search(r.tokens[at].text) else set()
    named = any(t.at < (at if within is None else within) for t in r.tests) or any(g.at < at for g in r.groups if g.dimensions)
    inside = {t.at for t in r.tests_of_values() if within is not None and within < t.at < at}
    if inside and r.groups and not any(t.at < (within or 0) for t in r.tests) and any(r.metrics(i) for i in range(within or 0)):
        r.share_parts, r.share_within = inside, True  # 销售额里女装占几成，按大区: of each region's
        r.take(within)
        return
    if said and named:
        r.share_parts, r.share_within = said, bool(r.groups)  # 逛了的人里有多大比例会加购，各渠道分开算
        r.take(within)
        return
    behind = {t.at for t in r.tests if t.at > at}
    if within is not None and behind and len(behind) == len(r.tests) and any(g.at < within for g in r.groups):
        r.share_parts, r.share_within = behind, True  # 每个大区的客户里头，有百分之几属于流失客户
        r.take(within)
        return
    outside = [t for t in r.tests if t.at < at and not (within is not None and t.at < within)]
    # 各渠道女装占比 is of each channel; 华东各省占比 is of the region, whose name limits what is split
    r.share_within = any(g.at < t.at for t in outside for g in r.groups) and any(
        r.tokens[i].text.startswith(("各", "每", "哪")) for i in range(at)
    )
    if within is not None:
        r.take(within)


def _part_of_named(r: Reading) -> bool:
    """投诉占工单的比例，各大区分别多少: what stands before 占 is the part, the number behind it the whole; of each group."""
    found = _PART_OF.search(r.text.text)
    if found is None or not r.groups:
        return False
    whole = any(r.metrics(i) or r.entities(i) for i, t in enumerate(r.tokens) if found.start() < t.start < found.end())
    parts = {t.at for t in r.tests_of_values() if r.tokens[t.at].end <= found.start() and not t.negated}
    groups = {d for g in r.groups for d in g.dimensions}
    parts = {t.at for t in r.tests_of_values() if t.at in parts and not groups & {d for d, _ in t.options}}
    if len(parts) == 1 and whole:
        r.share_parts, r.share_within = parts, True
    return len(parts) == 1 and whole


_PART_OF = re.compile("占(?!比)[^,，。?？]{1,12}?的?(?:比例|比重|百分比|份额)")


_ASKS_PART = re.compile("[几多]")
"""钻石会员有几成没下过单: what is said behind is of those before; 占比 stands behind what it is of."""


def _said_right_behind(r: Reading, at: int) -> set[int]:
    """Conditions between a share and the next stop: what is said of the whole that was named before it."""
    stop = next((i for i in range(at + 1, len(r.tokens)) if r.is_break(i)), len(r.tokens))
    return {t.at for t in r.tests if at < t.at < stop}


def read_changes(r: Reading) -> None:
    """增长了多少, how much did … fall: a comparison with the period before, where no words name another."""
    if any(t.has("why") for t in r.tokens):
        r.take(*r.where("so_much"))  # why is it so high
    if r.compare is None and r.follows is not None:
        take_others(r)
    if r.compare is not None:
        _as_many_days(r)
        r.take(
            *(
                at
                for at in r.where("compare_high", "compare_low", "most", "least", "more_than_other", "comparative")
                if not r.tokens[at].senses or r.head == "change"
                if r.head == "change" or not (r.tokens[at].has("most", "least") and any(g.dimensions for g in r.groups))
            )
        )
        take_others(r)
    words = [at for at in r.where("grow", "shrink") if not r.tokens[at].of("metric") and not r.tokens[at].of("dimension")]
    split = r.trend or r.ranking is not None or any(g.grain or g.part for g in r.groups) or (r.follows and bool(r.groups))
    if (not words and not r.moved) or (r.period is None and r.compare is None and r.head != "change" and not split):
        return  # is the refund rate going up? since when, is the question
    r.take(*words, *(at for at in r.where("steepest", "fastest", "slowest") if not r.tokens[at].is_content))
    if any(g.grain for g in r.groups) and r.head != "change":
        return
    if r.compare is None and not r.trend and r.period is not None and r.period.start is not None:
        r.compare = before_it(r)
        if r.head != "change":
            r.issues.append(Issue("assumed-comparison", "assumption"))


def default_share(r: Reading) -> None:
    """A pie shows the parts of a whole: their shares are asked for, unless it is a rate that is split, or something before it."""
    parts = bool(r.groups) and all(g.dimensions for g in r.groups)
    if r.chart == "pie" and r.follows is None and r.compare is None and parts and len(r.asked) == 1 and not only_rates(r):
        r.share = True


_OF_EACH_IN = re.compile(r"(?<![a-z])(?:share|percent(?:age)?|(?:pro)?portion|part) of each (?:[a-z]+ ){1,3}(?:in|within|of) ")
"""share of each subcategory in men's wear sales: of each of those, in what is named behind."""


def share_part(r: Reading, tests: list[Test], *, by_group: bool) -> tuple[list[Test], list[Test]]:
    """Which tests say the part of a single share, and which its whole."""
    if not r.share or not tests:
        return [], tests
    tests = [t for t in tests if not is_implied(r, t)] or tests
    inside = [t for t in tests if not leaves_out(r, t)]
    named = [t for t in inside if t.at not in r.apart]  # home and food, each as a share of sales: the parts themselves
    each = by_group and _OF_EACH_IN.search(r.text.text)
    front = [] if each else after_whole(inside) or share_of(r, named) or part_of_rows(r, named)
    if front and (by_group or len(front) < len(tests)):
        return front, [t for t in tests if t not in front]
    if each or (by_group and not (r.share_within and inside)):
        return [], tests
    if r.share_parts:
        return [t for t in tests if t.at in r.share_parts], [t for t in tests if t.at not in r.share_parts]
    behind = [t for t in tests if r.share_base_end is not None and t.at > r.share_base_end]
    before = [t for t in tests if t not in behind]
    if behind and before:
        return behind, before
    ordered = sorted(tests, key=lambda t: t.at)
    if len(ordered) > 1 and all(isinstance(t, ValueTest) for t in ordered):
        return ordered[-1:], ordered[:-1]
    verbs = [t for t in ordered if isinstance(t, VerbTest)]
    if len(verbs) == len(ordered) == 2 and who_did(r, verbs[0].verb, verbs[1].verb):
        return list(verbs[1:]), list(verbs[:1])
    if (head := head_of_whole(r, ordered)) is not None:
        return [t for t in ordered if t.at > head], [t for t in ordered if t.at < head]
    if len(ordered) > 1 and any(isinstance(t, VerbTest) for t in ordered):
        raise Unbound("share")  # which of them is the whole was not understood
    return ordered, []
