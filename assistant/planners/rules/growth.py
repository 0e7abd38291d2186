"""Groups chosen by how they changed: 同比增长超过20%的省份, categories whose sales fell, 下降的渠道有哪些.

In: a `Reading`. `read_growth_sizes` runs before the comparisons, so that a per cent beside a word for change is one of the change;
`read_growth_tests` runs when metrics, breakdowns and what is compared are known, and adds the tests of groups; `default_growth` says
what is compared where no word does. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.comparisons import Comparison
from assistant.planners.rules.draft import NumberOp, NumberTest
from assistant.planners.rules.groups import counts_groups
from assistant.planners.rules.moments import before_it
from assistant.planners.rules.reading import Reading
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Having, MetricUse

_CHANGES = ("grow", "shrink")
_OUT = ("drop", "except")
_TURNED: dict[NumberOp, NumberOp] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!=", "between": "between"}


_GAINED = re.compile(r"gain(?:ed|s|ing)?")
_MOST = re.compile(r" (?:the )?(?:most|fewest|least)(?![a-z])")


def read_gained(r: Reading) -> None:
    """which stores gained the most new customers: how many came new, and not how much more than before."""
    joined = {r.world.count_of_joining(name) for name in r.world.model.behaviours}
    for at, token in enumerate(r.tokens):
        to = r.beyond(at, 1, "filler") if _GAINED.fullmatch(token.text) else None
        while to is not None and r.tokens[to].text in ("the most", "most", "the fewest", "fewest"):
            to = r.step(to, 1)
        if to is not None and set(r.metrics(to)) & joined and _MOST.match(r.text.text, token.end):
            r.tokens = (*r.tokens[:at], replace(token, ops=frozenset({"filler"})), *r.tokens[at + 1 :])


def read_growth_sizes(r: Reading) -> None:
    """A per cent beside a word for change: by how much groups grew or fell."""
    for at, token in enumerate(r.tokens):
        c = token.comparison
        if c is None or c.kind != "percent" or not r.free(at) or token.senses:
            continue
        for by in (-1, 1):
            near = r.beyond(at, by, "which", "also", "within", "how_is", "by", "with")
            if near is not None and r.tokens[near].has(*_CHANGES) and not r.tokens[near].is_content:
                r.changed.append(_test(at, c, falls=r.tokens[near].has("shrink") and not r.tokens[near].has("grow")))
                r.take(at)
                break


def _test(at: int, c: Comparison, *, falls: bool) -> NumberTest:
    values = tuple(float(v) for v in c.plain)
    op: NumberOp = c.op
    if falls:
        op, values = _TURNED[op], tuple(-v for v in reversed(values))
    return NumberTest(at, op, values, part="growth", percent=True)


def read_growth_tests(r: Reading) -> None:
    """The tests of groups by their change: by how much, else whether they grew or fell at all."""
    metrics = next((asked.names for asked in r.asked if asked.names), ())
    if r.compare is None or r.head == "change" or not metrics or not any(g.dimensions for g in r.groups):
        return
    tests = r.changed or ([_which_way(r)] if _asks_which(r) else [])
    found = (NumberTest(t.at, t.op, t.values, metrics, part="growth", percent=True) for t in tests)
    r.tests.extend(t for t in found if t not in r.tests)
    r.changed = []


def _which_way(r: Reading) -> NumberTest:
    at = word_of_change(r)
    assert at is not None  # noqa: S101 - asked only where there is one
    r.take(at)  # 比8月高: no value that is called high
    name = r.asked[0].names[0] if len(r.asked) == 1 and r.asked[0].names else None
    return NumberTest(at, _side(r, at, name), (0.0,))


def _side(r: Reading, at: int, name: str | None) -> NumberOp:
    """On which side of nought: fell, rose, 没有下降."""
    falls, before = _falls(r, at, name), r.step(at, -1)
    denied = before is not None and r.tokens[before].has("neg") and not r.tokens[before].senses
    r.take(before if denied else None)
    return (">=" if falls else "<=") if denied else ("<" if falls else ">")


_WORSE = re.compile("变差|变坏|变糟|恶化|差了|worse|worsen|deteriorat")
_BETTER = re.compile("变好|好转|改善|better|improv")


_DOWN = re.compile(r"(?:down|below|behind|under)\b(?! or )|不如|不及|赶不上|比不上|比不了|低于|少于|没赶上|没达到|弱于")
_UP = re.compile(r"(?:up|above|ahead)\b(?! or )")
"""down on last year, 不如去年: what is compared with, and which way."""
_BETTER_THAN = re.compile("好|强|better|stronger|healthier")
_WORSE_THAN = re.compile("差|弱|worse|weaker|poorer")
"""比上个月好, worse than last year: only beside what is compared with."""


def _falls(r: Reading, at: int, name: str | None) -> bool:
    """8月和9月各大区的退款率，哪个区变差了: worse and better go by whether up is good for the metric; fell and rose say which way."""
    token = r.tokens[at]
    metric = r.world.model.metrics.get(name or "")
    worse = (_WORSE.search(token.text) or _WORSE_THAN.fullmatch(token.text)) is not None
    judged = worse or (_BETTER.search(token.text) or _BETTER_THAN.fullmatch(token.text)) is not None
    if judged and metric is not None and metric.up_is_good is not None:
        return worse == metric.up_is_good
    return worse or token.has("shrink", "compare_low") or (token.comparator is not None and _DOWN.match(token.text) is not None)


def word_of_change(r: Reading) -> int | None:
    """The first plain word for change; none where there are some for either way (rose or fell?), or it is what a ranking goes by."""
    for fits in (_says_change, _says_more, _is_way):
        found = [i for i in range(len(r.tokens)) if fits(r, i) and (r.ranking is None or _apart(r, i, r.ranking.at))]
        if found:  # only cities that fell against August, biggest fall first
            both = any({"grow", "shrink"} <= r.tokens[i].ops for i in found)
            return None if both or len({_falls(r, i, None) for i in found}) > 1 else found[0]
    return None


_GRADED = re.compile("得(?:最|比较|更)?[快猛凶狠多慢]|厉害")
"""涨得快: which grew fastest, and not only whether they grew."""


def _says_change(r: Reading, at: int) -> bool:
    near = [r.tokens[i] for i in (at, r.step(at, 1)) if i is not None]
    graded = any(t.has("fastest", "slowest", "most", "least", "steepest") for t in near)
    graded = graded or _GRADED.search(r.tokens[at].text) is not None
    return r.tokens[at].has(*_CHANGES) and not (r.tokens[at].is_content or r.tokens[at].has("comparative") or graded)


def _says_more(r: Reading, at: int) -> bool:
    """which stores had fewer orders in September than in August; 比8月高, whatever else is called high."""
    token = r.tokens[at]
    named = token.is_content and not (at > 0 and r.tokens[at - 1].comparator is not None)
    return token.has("compare_low") != token.has("compare_high") and not named


def _apart(r: Reading, one: int, other: int) -> bool:
    """Whether two words stand in different clauses."""
    return any(r.is_break(at) or r.tokens[at].has("comma") for at in range(*sorted((one, other))))


def _is_way(r: Reading, at: int) -> bool:
    """Whether a word says which way only by what stands beside it: down on last year, 比上个月好, worse than last year."""
    token = r.tokens[at]
    if token.comparator is not None:
        return (_DOWN.match(token.text) or _UP.match(token.text)) is not None
    judged = _BETTER_THAN.fullmatch(token.text) or _WORSE_THAN.fullmatch(token.text)
    beside = any(to is not None and r.tokens[to].comparator is not None for to in (at - 1 if at else None, r.step(at, 1)))
    than = any(t.comparator is not None and t.text.startswith("than ") for t in r.tokens[at:])  # worse in Q3 than in Q2
    return judged is not None and (beside or than)


def only_compares(r: Reading, word: int) -> bool:
    """CSAT in Q2 vs Q1, any better?: a comparative beside two periods ranks nothing."""
    times = sum(t.time is not None for t in r.tokens) + 2 * any(t.comparator for t in r.tokens)
    than = r.tokens[word].has("compare_low", "compare_high") and any(
        t.comparator is not None and t.text.startswith("than ") for t in r.tokens[word:]
    )  # sold less this September than last September
    return than or (r.tokens[word].has("comparative") and (times > 1 or _between_two(r)) and not r.groups)


def _between_two(r: Reading) -> bool:
    """did the app or the mini-program have the better rate: one of the two that are named."""
    for at in r.where("or"):
        a, b = r.step(at, -1), r.step(at, 1)
        if a is not None and b is not None and {d for d, _ in r.value_options(a)} & {d for d, _ in r.value_options(b)}:
            return True
    return False


def _asks_which(r: Reading) -> bool:
    """Whether groups are asked for that grew or fell: 下降的品类有哪些, which channels fell; not by how much they did."""
    at = word_of_change(r)
    if at is None or any(t.has("how_is", "trend") for t in r.pieces):
        return False
    ends = (t.start for i, t in enumerate(r.tokens) if i > at and (r.is_break(i) or t.has("and")))
    end = next(ends, len(r.text.text))  # 哪些城市同比上涨，涨了多少: those that rose, and by how much
    if any(t.has("how_much", "count") and t.start < end for t in r.pieces) and not counts_groups(r):
        return False
    if counts_groups(r):
        return True
    if any(g.grain or g.part for g in r.groups):
        return False
    places = [g.at for g in r.groups if g.dimensions]
    behind = r.step(at, 1)
    joined = behind is not None and r.text.text[r.tokens[at].start : r.tokens[behind].start].endswith("的")
    while behind is not None and behind not in places and r.tokens[behind].of("value"):
        behind = r.step(behind, 1)  # 上升的广东门店
    modifies = joined and behind is not None and (behind in places or r.tokens[behind].has("exists"))
    asks = (t for t in r.pieces if t.has("which", "list", "relative", "only") or (t.has("exists") and "哪" in t.text))
    asked = any(t.start < r.tokens[at].start for t in asks)  # 有哪些省的销售额不如去年
    return modifies or (asked and min(places) < at)


def of_those_changed(r: Reading, query: Aggregate) -> Aggregate:
    """September sales by province against August, then only the ones that are down: those of what was shown."""
    at = word_of_change(r) if r.ranking is None and not r.asked else None
    names = [m.name or m.metric for m in query.metrics if isinstance(m, MetricUse)]
    counted = r.counted and any(t.has("count") and not t.has("how_much") for t in r.pieces)
    chosen = counted or any(t.has("only", "which", "list", "relative", *_OUT) and not t.is_content for t in r.pieces)
    if at is None or not chosen or query.compare is None or not query.group_by or not names:
        return query
    r.take(at)
    side = _side(r, at, names[0])
    if any(t.has(*_OUT) and not t.is_content for t in r.pieces):
        side = _NOT[side]
    having = Having(by=names[0], part="growth", op=side, values=(0.0,))
    return query.model_copy(update={"having": (*query.having, having), "count_groups": counted})


_NOT: dict[NumberOp, NumberOp] = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}


def default_growth(r: Reading) -> None:
    """A ranking by growth needs something to compare with: the period before, unless the words name another."""
    if r.ranking is not None and r.ranking.part == "growth" and r.compare is None and r.period is not None:
        r.compare = before_it(r)
        r.issues.append(Issue("assumed-comparison", "assumption"))


_PACES = ("慢", "快", "少", "多", "低", "高", "slower", "faster", "less", "more")


def take_others(r: Reading) -> None:
    """为什么天猫的同比增幅比别的渠道低: why it changed is asked; that it changed less than the others is why it is asked."""
    if r.head != "change" or not (r.follows or any(t.comparator is not None for t in r.tokens)):
        return
    for at in r.where("rest"):
        noun = r.step(at, 1)
        kind = noun if noun is not None and r.dimensions(noun) and not r.value_options(noun) else None
        tied = [i for i in range(at) if r.tokens[i].has("versus", "more_than_other", "neg") and not r.tokens[i].is_content]
        if kind is not None or tied:  # grew less than the rest, 涨得没别的渠道多
            behind = [i for i in range(at + 1, len(r.tokens)) if r.tokens[i].text in _PACES]
            r.take(at, kind, *tied, *behind)  # 为啥涨得比别的品类慢


_NAMED = re.compile(
    r"(?:按)?(?:同比|环比)(?:增速|增幅|增长率|增长)?|"
    r"(?:yoy|mom|qoq|(?:year|month|quarter)[ -](?:on|over)[ -](?:year|month|quarter))(?: (?:growth|change))?"
)


def order_changes(r: Reading) -> None:
    """各大区业绩同比，从差到好: the change that is named with its metric is what is put in order, unless the order names something."""
    ranking = r.ranking
    if ranking is None or r.compare is None or ranking.part != "value" or ranking.metrics or ranking.dimensions:
        return
    for at, token in enumerate(r.tokens):
        beside = any(near is not None and r.tokens[near].of("metric") for near in (r.step(at, -1), r.step(at, 1)))
        named = (
            (token.comparator is not None and _NAMED.fullmatch(token.text)) or token.has("change_word") or token.text == "growth"
        )
        if (at < ranking.at or r.tokens[ranking.at].has("sort")) and beside and named:
            r.ranking = replace(ranking, part="growth")
