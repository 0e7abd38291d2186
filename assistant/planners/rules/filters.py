"""Values: what the question is limited to, and values that are set side by side.

In: a `Reading`. It gains a `ValueTest` for each value or list of values of one dimension (华东、华南; gold and diamond; 金卡及以上;
excluding JD), with the dimension nouns beside it as hints (广州门店), and a `Group` where values are compared with each other.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from assistant.language.values import Scalar
from assistant.planners.rules.apart import each_of_the_rest, set_apart
from assistant.planners.rules.clauses import is_number_asked
from assistant.planners.rules.denials import is_denied, twice_denied
from assistant.planners.rules.draft import Group, NumberTest, SegmentTest, ValueTest
from assistant.planners.rules.favourites import part_of_names, preferred
from assistant.planners.rules.kin import is_judged_by
from assistant.planners.rules.lists import columns_asked, is_wanted
from assistant.planners.rules.nouns import names_things
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.said_twice import as_one_list
from assistant.planners.rules.value_words import (
    describes_neighbour,
    has_noun,
    is_metric,
    is_part_of_things,
    is_rest_of,
    is_their_place,
)

Options = tuple[tuple[str, Scalar], ...]


@dataclass(slots=True)
class _List:
    """Neighbouring values of one dimension, with the places between them."""

    places: list[int]
    options: list[Options] = field(default_factory=list)
    ties: list[int] = field(default_factory=list)

    def shared(self) -> tuple[str, ...]:
        """The dimensions that all values have."""
        return tuple(
            d for d in dict.fromkeys(d for d, _ in self.options[0]) if all(any(d == e for e, _ in o) for o in self.options)
        )


def read_values(r: Reading) -> None:
    """Each value, alone or in a list."""
    lists: list[_List] = []
    at = 0
    while at < len(r.tokens):
        found = _collect(r, at)
        if found is not None:
            lists.append(found)
            at = found.places[-1]
        at += 1
    for found in lists:
        if not set(found.places) <= r.blocked:  # 成都门店: whose place that is, and not what goes by the same name
            _read(r, found)
    _flags(r)
    _segments(r)
    part_of_names(r)
    as_one_list(r)
    set_apart(r)
    _rest(r)
    each_of_the_rest(r)
    _all_but(r)
    for at in r.where("contain"):  # 含童装的订单数, orders containing coffee
        to = r.step(at, 1)
        if to is not None and any(t.at == to for t in r.tests_of_values()) and not r.tokens[at].is_content:
            r.take(at)


_BOTH_SIDES = re.compile("with(?: and|,) without|with (?:or|vs|versus) without| or (?:not|un)|^whether |^有没?无|^是否")
"""A name that says both sides of a yes-or-no."""


def _flags(r: Reading) -> None:
    """A yes-or-no dimension that nothing marks as a breakdown is a condition: 既是高价值又是新品尝鲜."""
    for at in range(len(r.tokens)):
        names = tuple(d for d in r.dimensions(at) if r.world.model.dimensions[d].type == "boolean")
        if not names or r.tokens[at].of("metric") or (r.follows is not None and not r.has_person()):
            continue
        before = r.beyond(at, -1, "also", "within", "but", "and", "both")
        denied = (
            before is not None and r.free(before) and r.tokens[before].has("neg", "except") and not r.tokens[before].is_content
        )
        asked = before is not None and r.tokens[before].has("with", "by") and not is_wanted(r, at)
        columns = columns_asked(r)[1]  # 带上城市和是否同意营销: a column
        asked = asked or (at in columns and (len(columns) > 1 or r.tokens[at].text.startswith("是否")))
        if r.follows is None and not (asked or r.listed) and _BOTH_SIDES.search(r.tokens[at].text):
            r.groups.append(Group(at, names))  # orders with and without a discount
            r.take(at)
            continue
        part = r.where("share") and not (before is not None and r.tokens[before].has("by", "per_group"))
        if denied and before is not None and twice_denied(r, before):
            r.take(before)
            denied = False
        if not asked or part:
            r.take(at, before if denied else None)
            r.tests.append(ValueTest(at, tuple((d, (not denied,)) for d in names)))


def _segments(r: Reading) -> None:
    """Segments that are no single value: 老客, existing customers."""
    for at, token in enumerate(r.tokens):
        names = [s.name for s in token.of("segment") if s.name not in r.world.attributes.segment_values]
        if names and r.free(at) and not (token.of("metric") and is_metric(r, at)):
            before = r.beyond(at, -1, "also", "within", "but", "total")
            negated = (
                before is not None
                and r.free(before)
                and r.tokens[before].has("neg", "except")
                and not r.tokens[before].is_content
            )
            r.take(at, before if negated else None)
            r.tests.append(SegmentTest(at, names[0], negated))


def _rest(r: Reading) -> None:
    """除了天猫和京东，其他渠道: the others are what the exception leaves."""
    excluded = [t for t in r.tests if isinstance(t, ValueTest) and t.negated]
    for at in [i for i in range(len(r.tokens)) if r.tokens[i].has("rest") and r.free(i)]:
        several = r.step(at, 1)
        several = several if several is not None and r.tokens[several].text in ("几个", "几家") else None  # 其他几个渠道
        after = r.step(several if several is not None else at, 1)
        if excluded:
            r.take(at, several)
            if after is not None and any(d in dict(t.options) for t in excluded for d in r.dimensions(after)):
                r.take(after)


def _all_but(r: Reading) -> None:
    """天猫、京东以外的渠道: what they are is no breakdown, unless each of the others is asked for."""
    for at in (i for i in r.used if r.tokens[i].has("except") and r.tokens[i].text.endswith("的") and not r.tokens[i].senses):
        noun, values = at + 1, [t for t in r.tests_of_values() if t.negated and t.at < at]
        kinds = {d for t in values for d, _ in t.options}
        each = noun + 1 < len(r.tokens) and r.tokens[noun + 1].has("each_other", "per_group", "by_after")
        if r.free(noun) and kinds & set(r.dimensions(noun)) and not r.value_options(noun) and not each:
            r.used.add(noun)
            return


def _collect(r: Reading, at: int) -> _List | None:
    options = _values_at(r, at)
    if not options:
        return None
    found = _List([at], [options])
    while True:
        to, ties = found.places[-1] + 1, list[int]()
        while (
            to < len(r.tokens)
            and len(ties) < 3
            and r.tokens[to].has("and", "or", "versus", "comma", "also", "both")
            and not r.tokens[to].senses
        ):
            ties.append(to)
            to += 1
        adjoining = not ties and to < len(r.tokens) and _adjoin(r, to)
        more = _values_at(r, to) if (ties or adjoining) and to < len(r.tokens) else ()
        if not more or not set(found.shared()) & {d for d, _ in more} or _turns(r, found, to):
            return found
        found.places.append(to)
        found.options.append(more)
        found.ties.extend(ties)


def _faces(r: Reading, found: _List) -> bool:
    """华东对华南: one against the other."""
    pairs = pairwise(found.places)
    return any(r.text.text[r.tokens[a].end : r.tokens[b].start].strip() == "对" for a, b in pairs)


def _turns(r: Reading, found: _List, to: int) -> bool:
    """不要钻石了，看金卡: what follows values that are taken out, behind a comma and other words, is no more of them."""
    before = r.beyond(found.places[0], -1, "also", "within", "but")
    if before is None or not r.tokens[before].has("neg", "except", "drop") or r.tokens[before].senses:
        return False
    between = r.text.text[r.tokens[found.places[-1]].end : r.tokens[to].start]
    return "," in between and not between.isascii()


def _adjoin(r: Reading, at: int) -> bool:
    """男女, 男的女的, 旗舰店 标准店: values written one behind the other."""
    between = r.text.text[r.tokens[at - 1].end : r.tokens[at].start]
    return between.strip("的 ") in ("", "对") and not (r.tokens[at].text.isascii() and r.tokens[at - 1].text.isascii())


def _values_at(r: Reading, at: int) -> Options:
    """What a token may limit the question to: nothing where it is rather a metric, a verb or a word for change."""
    options = r.value_options(at)
    token = r.tokens[at]
    if r.text.text[: token.start].endswith(("这个", "那个")) and any(t.time is not None for t in r.tokens[max(at - 2, 0) : at]):
        return ()  # 10月17、18号这个周末: what those days are
    if (
        token.of("dimension") and at > 0 and r.tokens[at - 1].has("with") and r.listed and not is_wanted(r, at)
    ) or is_number_asked(r, at):
        return ()
    if not options or (token.has("grow", "shrink", "share", "compare_high") and not token.of("segment") and not has_noun(r, at)):
        return ()
    if is_their_place(r, at) or (token.has("distribution") and any(t.has("share") for t in r.tokens)):
        return ()  # what percentage did each type make up: no make-up
    if token.has("rest") and (any(t.has("except") for t in r.tokens) or is_rest_of(r, at, options)):
        return ()
    if token.of("dimension") and any(isinstance(t, NumberTest) and t.metrics and t.at == r.step(at, -1) for t in r.tests):
        return ()  # 退款率超过8%的门店: the groups that are tested
    if names_things(r, at):
        return ()
    if token.of("metric") and not (describes_neighbour(r, at) or is_part_of_things(r, at)) and is_metric(r, at):
        return ()
    if token.of("behaviour"):
        tables = {t for other in r.tokens for s in other.of("metric") for t in r.world.tables_of(s.name)}
        return tuple((d, v) for d, v in options if tables & set(r.world.homes(d)) or _is_chained(r, at, d))
    return options


def _is_chained(r: Reading, at: int, dimension: str) -> bool:
    """浏览、加购、支付: verbs in a list that all name values of one dimension."""
    for by in (-1, 1):
        near = at + by
        if 0 <= near < len(r.tokens) and r.tokens[near].has("and", "versus", "or"):
            near += by
            if 0 <= near < len(r.tokens) and any(s.name == dimension for s in r.tokens[near].of("value")):
                return True
    return False


def _read(r: Reading, found: _List) -> None:
    _count_noun(r, found)
    hints, nouns = _hints(r, found)
    hints = (*hints, *preferred(r, found.places, found.shared()))
    dimensions = found.shared()
    if not hints and _is_vague(r, dimensions, found):
        return
    options = tuple((d, tuple(dict.fromkeys(v for o in found.options for e, v in o if e == d))) for d in dimensions)
    compared = (
        any(r.tokens[t].has("versus") for t in found.ties)
        or _faces(r, found)
        or (not found.ties and _is_shared(r, found.places[-1]))
    )
    if len(found.places) > 1 and compared:
        r.apart.append(found.places[0])
    rank = _rank(r, found.places[-1])
    negated = is_denied(r, found.places, found.shared())
    r.take(
        *found.places, *(t for t in found.ties if not r.is_break(t)), *(n for n in nouns if not r.entities(n) or r.dimensions(n))
    )
    near = (r.step(found.places[-1], 1), r.step(found.places[0], -1))
    theirs = near[0] is not None and (r.is_person(near[0]) or _is_of_people(r, near[0]))
    beside = theirs or any(r.is_person(at) for at in (*near, *found.places) if at is not None)
    beside = beside or any(n is not None and (r.tokens[n].has("people", "who") or r.tokens[n].of("behaviour")) for n in near)
    r.blocked.update(n for n in nouns if n > found.places[-1] and r.tokens[n].of("entity") and r.tokens[n].of("dimension"))
    r.tests.append(ValueTest(found.places[0], options, negated, rank, hints, beside, theirs))


def _is_of_people(r: Reading, at: int) -> bool:
    """女装客户的满意度: the name of a number that begins with a word for people, who are those of the value before it."""
    token = r.tokens[at]
    first = token.text.split()[0].removesuffix("'s") if token.text.isascii() else ""
    heads = (first,) if first else (token.text[:2], token.text[:3])
    return bool(token.of("metric")) and any(r.world.ends_in_people(head) for head in heads if head != token.text)


def _is_shared(r: Reading, last: int) -> bool:
    """男女比例: values written as one word in front of a share are its slices."""
    after = r.step(last, 1)
    return after is not None and r.tokens[after].has("share") and not r.tokens[after].is_content


def _count_noun(r: Reading, found: _List) -> None:
    """银卡、金卡、钻石三个等级: the number only counts the values before it."""
    to = _counting(r, found.places[-1], len(found.places))
    number = r.tokens[to].number if to is not None and r.free(to) else None
    if to is not None and number is not None and len(found.places) > 1 and number.value == len(found.places):
        r.take(to)
        after = r.step(to, 1)
        if after is not None and (set(r.dimensions(after)) & set(found.shared()) or r.tokens[after].has("kind_noun", "by_after")):
            r.take(after)
        elif after is not None and not r.is_person(after) and r.entities(after) and not r.metrics(after):
            r.take(after)  # 满减、折扣…，今年这五类活动


def _counting(r: Reading, last: int, size: int) -> int | None:
    """The number right behind some values, or behind a stop and a time where 这 points back at them."""
    to = r.step(last, 1)
    if to is not None or size < 2:
        return to
    for at in range(last + 1, len(r.tokens)):
        number = r.tokens[at].number
        if number is not None:
            pointed = r.text.text[: r.tokens[at].start].endswith(("这", "那", "以上", "these "))
            return at if pointed and number.value == size else None
    return None


def _is_vague(r: Reading, dimensions: tuple[str, ...], found: _List) -> bool:
    """高, low, none: a value of several tags at once means nothing without the tag beside it."""
    tags = [d for d in dimensions if r.world.model.dimensions[d].tag and d not in r.world.attributes.favourites]
    return len(tags) > 1 or (len(dimensions) > 1 and len(tags) == len(dimensions) and len(found.places) == 1)


_DEGREE = re.compile("还是|也|都|也都|比较|较|很|特别|非常|偏|挺|蛮|is|are|is also|is very|is quite")
"""流失风险也高, 活动敏感度比较高: what may stand between a dimension and its value."""


_EACH = re.compile("[各每]一?[个家间]?|哪(?:些|一?[个家间]|几[个家间])")
"""北京各门店, 上海哪家店"""


def _hints(r: Reading, found: _List) -> tuple[tuple[str, ...], list[int]]:
    """The dimensions that nouns beside the values name (华东区域, stores in Shanghai), and where those nouns are."""
    homes = {home for d in found.shared() for home in r.world.homes(d)}
    hints: list[str] = []
    nouns: list[int] = []
    before = r.step(found.places[0], -1)
    steps = before is not None and r.free(before) and (_DEGREE.fullmatch(r.tokens[before].text) or r.is_only(before, "but"))
    degree = before if steps else None  # 最后一次评价却不满意
    for beside in (r.step(found.places[-1], 1), r.step(degree, -1) if degree is not None else before):
        each = beside is not None and beside > found.places[-1] and _EACH.fullmatch(r.tokens[beside].text) is not None
        near = r.step(beside, 1) if each and beside is not None else beside  # 北京各门店的会员数
        split = near is not None and any(g.at == near for g in r.groups) and bool(r.tokens[near].of("entity"))
        if near is None or not (r.free(near) or split) or is_number_asked(r, near):
            continue
        names = [
            d
            for d in (r.dimensions(near) or [s.name for s in r.tokens[near].of("dimension")])
            if d in found.shared() or (set(r.world.homes(d)) & homes and not r.world.model.dimensions[d].tag)
        ]
        kinds = r.entities(near) or ([s.name for s in r.tokens[near].of("entity")] if split and near > found.places[-1] else [])
        entities = [d for d in found.shared() for e in kinds if r.world.model.entities[e].table in r.world.homes(d)]
        before = r.step(near, -1)
        if before is not None and near != found.places[-1] + 1 and r.tokens[before].has("by") and not split:
            continue  # sales per store in Shanghai: where the stores are
        judged = [
            tag for tag in found.shared() for d in r.dimensions(near) if is_judged_by(r.world, tag, d)
        ]  # 最近一次评价不满意
        same = [d for d in names if d in found.shared()] or judged
        if (
            same
            or (names and _is_place_of(r, near, names, found))
            or (entities and not r.metrics(near) and not r.is_person(near))
        ):
            hints.extend(
                same
                or [d for d in found.shared() if set(r.world.homes(d)) & {h for n in names for h in r.world.homes(n)}]
                or entities
            )
            nouns += [near] if degree is None or near > degree else [near, degree]
    return tuple(dict.fromkeys(hints)), nouns


def _is_place_of(r: Reading, at: int, names: list[str], found: _List) -> bool:
    """Whether a noun beside the values is a thing that they describe: 广州门店, not 华东 beside 品类."""
    token = r.tokens[at]
    return bool(token.of("entity")) and not r.is_person(at) and any(d in found.shared() or names for d in found.shared())


def _has_plus(r: Reading, last: int) -> bool:
    """gold+ members, 金卡+: that one and up; 金卡+钻石 are the two."""
    plus = r.tokens[last + 1] if last + 1 < len(r.tokens) else None
    behind = r.tokens[last + 2] if last + 2 < len(r.tokens) else None
    names = {s.name for s in r.tokens[last].of("value")}
    other = behind is not None and any(s.name in names for s in behind.of("value"))
    return plus is not None and plus.text == "+" and plus.start == r.tokens[last].end and not other


def _rank(r: Reading, last: int) -> Literal[">=", "<="] | None:
    """金卡及以上, gold and above."""
    to = r.beyond(last, 1, "and")
    ordered = any(r.world.model.dimensions[d].ordered for d, _ in r.value_options(last))  # why is tmall up in September: no order
    if ordered and _has_plus(r, last):
        r.take(last + 1)
        return ">="
    if to is not None and ordered and r.free(to) and r.tokens[to].has("and_up", "and_down"):
        r.take(to)
        return ">=" if r.tokens[to].has("and_up") else "<="
    return None
