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

_CHANGES = ("grow", "shrink")
_TURNED: dict[NumberOp, NumberOp] = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!=", "between": "between"}


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
    r.tests.extend(NumberTest(t.at, t.op, t.values, metrics, part="growth", percent=True) for t in tests)
    r.changed = []


def _which_way(r: Reading) -> NumberTest:
    at = _word(r)
    assert at is not None  # noqa: S101 - asked only where there is one
    r.take(at)  # 比8月高: no value that is called high
    return NumberTest(at, "<" if _goes_down(r, at) else ">", (0.0,))


_WORSE = re.compile("变差|变坏|变糟|恶化|差了|worse|worsen|deteriorat")
_BETTER = re.compile("变好|好转|改善|better|improv")


def _goes_down(r: Reading, at: int) -> bool:
    """8月和9月各大区的退款率，哪个区变差了: worse and better go by whether up is good for the metric; fell and rose say which way."""
    text = r.tokens[at].text
    metric = r.world.model.metrics.get(r.asked[0].names[0]) if len(r.asked) == 1 and r.asked[0].names else None
    judged = _WORSE.search(text) or _BETTER.search(text)
    if judged is None or metric is None or metric.up_is_good is None:
        return r.tokens[at].has("shrink", "compare_low")
    return (_WORSE.search(text) is not None) == metric.up_is_good


def _word(r: Reading) -> int | None:
    """The one plain word for change; none where there are several (rose or fell?)."""
    found = [i for i, t in enumerate(r.tokens) if t.has(*_CHANGES) and not t.is_content and not t.has("comparative")]
    if not found:  # which stores had fewer orders in September than in August
        found = [i for i, t in enumerate(r.tokens) if t.has("compare_low") != t.has("compare_high") and _compares(r, i)]
    both = len(found) == 1 and {"grow", "shrink"} <= r.tokens[found[0]].ops
    return found[0] if len(found) == 1 and not both else None


def _compares(r: Reading, at: int) -> bool:
    """Whether a word for more or less is no name of a value: 比8月高, whatever else is called high."""
    return not r.tokens[at].is_content or (at > 0 and r.tokens[at - 1].comparator is not None)


def _asks_which(r: Reading) -> bool:
    """Whether groups are asked for that grew or fell: 下降的品类有哪些, which channels fell; not by how much they did."""
    at = _word(r)
    if at is None or r.ranking is not None or any(t.has("how_is", "trend") for t in r.pieces):
        return False
    if any(t.has("how_much", "count") for t in r.pieces) and not counts_groups(r):
        return False
    if counts_groups(r):
        return True
    if any(g.grain or g.part for g in r.groups):
        return False
    places = [g.at for g in r.groups if g.dimensions]
    behind = r.step(at, 1)
    modifies = behind in places and r.text.text[r.tokens[at].start : r.tokens[behind].start].endswith("的")
    asked = any(t.has("which", "list", "relative") and t.start < r.tokens[at].start for t in r.pieces)
    return modifies or (asked and min(places) < at)


def default_growth(r: Reading) -> None:
    """A ranking by growth needs something to compare with: the period before, unless the words name another."""
    if r.ranking is not None and r.ranking.part == "growth" and r.compare is None and r.period is not None:
        r.compare = before_it(r)
        r.issues.append(Issue("assumed-comparison", "assumption"))


def take_others(r: Reading) -> None:
    """为什么天猫的同比增幅比别的渠道低: why it changed is asked; that it changed less than the others is why it is asked."""
    if r.head != "change" or not (r.follows or any(t.comparator is not None for t in r.tokens)):
        return
    for at in r.where("rest"):
        noun = r.step(at, 1)
        kind = noun if noun is not None and r.dimensions(noun) and not r.value_options(noun) else None
        tied = [i for i in range(at) if r.tokens[i].has("versus", "more_than_other", "neg") and not r.tokens[i].is_content]
        if kind is not None or tied:  # grew less than the rest, 涨得没别的渠道多
            r.take(at, kind, *tied)


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
