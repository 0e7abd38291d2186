"""Of whom it is asked, where they are the first so many: 近一年消费最高的100个客户占销售额的几成, top 100 customers by spend: their AOV.

In: a fresh `Reading` of a cover. Out: the stretch of the text that says who they are (a list of its own, which the planner reads by
itself), and the cover in which one noun stands for it, with a test that they are in that list. None where nothing but the list is
asked for, or where columns of it are. Never fails.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from assistant.language.mentions import Cover, Piece
from assistant.language.values import Sense
from assistant.planners.rules.draft import SetTest
from assistant.planners.rules.reading import Reading
from semantic_layer.model import Entity
from semantic_layer.query import MetricColumn, Period, Records, SemanticQuery

_RANKS = ("most", "best", "least", "worst", "descending", "ascending")
_LISTS = re.compile(
    r"\s*[,，、;；]?\s*(?:带|附|加|列|要|并|和|且|按|and|show|list|with|sorted|by|who|that)(?!ir)"
    r"|.*(?:[带附列加]上|列出|附带|一并|(?<![a-z])(?:show|list|include|along with|with their)(?![a-z]))"
)
_BEHIND = re.compile(r"\s*(?:的|[,，:：—-]|'s|'(?= )|占|贡献|带来|一共|总共|合计|是|都|[里当]?中(?!国)|里)")
"""What may stand behind them, where something of theirs is asked for: a list of them goes on with 带上, and show."""


@dataclass(frozen=True, slots=True)
class Best:
    """A stretch of the normalised text that says who they are, and the list of them."""

    start: int
    end: int
    records: Records | None = None


def best_people(r: Reading) -> Best | None:
    """Where the first so many people are named, of whom something is asked: a number or a share, behind them."""
    for at, token in enumerate(r.tokens):
        noun = r.beyond(at, 1, *_RANKS)  # our 100 biggest spenders
        if token.number is None or token.senses or noun is None or not _are_people(r, noun) or r.tokens[noun].of("value"):
            continue
        start, end = _start(r, at), _end(r, at, noun)
        ranked = token.number.kind in ("rank", "rank_last") or any(t.has(*_RANKS) for t in r.tokens[start : noun + 1])
        if ranked and (_goes_on(r, end) or _comes_from(r, start, end)):
            return Best(r.tokens[start].start, end)
    return None


def _are_people(r: Reading, at: int) -> bool:
    return r.is_person(at) or (r.tokens[at].has("people") and r.tokens[at].has("money_verb"))


def who_they_are(r: Reading, best: Best) -> str:
    """The words of the list; in the time of the question, where they have none of their own."""
    text = _in_what(r, best, r.text.text[best.start : best.end])
    times = [t for t in r.tokens if t.time is not None]
    if any(best.start <= t.start < best.end for t in times) or len(times) != 1:
        return text
    return f"{text} {times[0].text}" if text.isascii() else f"{times[0].text}{text}"


def _in_what(r: Reading, best: Best, text: str) -> str:
    """what share of sales came from the top 10 customers, 买得最多的100个客户，消费占总营收百分之几: the first in what the share is of,
    where nothing else is said."""
    inside = [t for t in r.tokens if best.start <= t.start < best.end]
    outside = [t for i, t in enumerate(r.tokens) if t not in inside and t.of("metric") and not r.counts_people(i)]
    summed = not any(r.world.is_average(s.name) for t in outside for s in t.of("metric"))
    said = any(t.of("metric") and not t.of("entity") for t in inside) or any(t.has("money_verb", "by") for t in inside)
    if not outside or not summed or said or not any(t.has("share") for t in r.tokens if t not in inside):
        return text
    if text.isascii():
        return f"{text} by {outside[-1].text}"
    return _BOUGHT_MOST.sub(f"{outside[0].text}最高", text)


_BOUGHT_MOST = re.compile("(?:买|购买)[得的]最多")


def _goes_on(r: Reading, end: int) -> bool:
    """Whether a number or a share of theirs is asked for behind them, and no column."""
    behind, rest = r.text.text[end:], [t for t in r.tokens if t.start >= end]
    averaged = bool(rest) and _is_average(rest)  # 消费最高的100个客户平均年龄
    asked = averaged or any((t.of("metric") and not t.of("entity")) or t.has("share", "count") for t in rest)
    return asked and (averaged or _BEHIND.match(behind) is not None) and _LISTS.match(behind) is None


def _is_average(tokens: Sequence[Piece]) -> bool:
    """Whether one number is made of what each of them has: the average age of the top 100."""
    first = next((i for i, t in enumerate(tokens) if t.has("avg", "median") and not t.of("metric")), None)
    near = tokens[first + 1 : first + 3] if first is not None and first < 2 else ()
    return any(t.of("dimension") for t in near)


def _comes_from(r: Reading, start: int, end: int) -> bool:
    """what share of sales comes from the top 100 customers: they stand last."""
    share = any(t.has("share") for t in r.tokens[:start]) or _is_average(r.tokens[:start])
    behind = [t for t in r.tokens if t.start >= end and t.role != "break"]
    ends = not r.text.text[end:].strip(" ?.!") or all(t.time is not None or (t.has("filler") and not t.senses) for t in behind)
    return share and ends and _FROM.search(r.text.text[: r.tokens[start].start]) is not None


_FROM = re.compile(r"(?<![a-z])(?:from|by|with|of) (?:the |our )*$")


def _start(r: Reading, at: int) -> int:
    """Back to the beginning of the clause; in English their number begins it (top 100)."""
    while at > 0 and not (r.is_break(at - 1) or r.tokens[at - 1].has("comma") or r.tokens[at].text.isascii()):
        at -= 1
    return at


def _end(r: Reading, at: int, noun: int) -> int:
    """Behind the noun; in English with by what they are ranked, and when."""
    end = noun
    if r.tokens[at].text.isascii() and noun + 1 < len(r.tokens) and r.tokens[noun + 1].has("by"):
        end = noun + 1
        while end + 1 < len(r.tokens) and not (r.is_break(end + 1) or r.tokens[end + 1].has("comma")):
            end += 1
    return r.tokens[end].end


def cut(cover: Cover, best: Best, entity: Entity) -> Cover | None:
    """The cover with one noun for those people. None where a piece lies across."""
    inside = [p for p in cover if best.start <= p.start and p.end <= best.end]
    outside = [p for p in cover if p not in inside]
    if not inside or any(p.start < best.end and p.end > best.start for p in outside):
        return None
    text = entity.label.en.lower() if inside[0].text.isascii() else entity.label.zh
    noun = Piece(inside[-1].end - 1, inside[-1].end, text, senses=(Sense("entity", entity.name),))
    before = [p for p in outside if p.end <= best.start]
    behind = [p for p in outside if p.start >= best.end]
    return (*before, noun, *behind)


def cuts(found: Sequence[Cover], best: Best | None, entity: Entity | None) -> tuple[Cover, ...]:
    """The covers with one noun for those people, as far as it can stand for them."""
    if best is None or entity is None:
        return ()
    return tuple(c for cover in found if (c := cut(cover, best, entity)) is not None)


def with_list(best: Best, queries: Sequence[SemanticQuery]) -> Best | None:
    """With the list that the words ask for; None where they ask for no such list."""
    records = queries[0] if len(queries) == 1 else None
    ranked = isinstance(records, Records) and records.limit is not None and bool(records.order)
    return replace(best, records=records) if ranked and isinstance(records, Records) else None


def of_the_best(r: Reading, best: Best) -> Reading:
    """The reading with the test that people are among them; in the time that they were ranked in, where nothing else has one."""
    at = next((i for i, t in enumerate(r.tokens) if best.start <= t.start < best.end and t.of("entity")), None)
    if at is not None and best.records is not None:
        r.tests.append(SetTest(at, best.records))
        if not any(t.time is not None for t in r.tokens):
            r.period = _time_of(r, best.records)
    return r


def _time_of(r: Reading, records: Records) -> Period | None:
    """When what they are ranked by was done."""
    by = records.order[0].by
    column = next((c for c in records.columns if isinstance(c, MetricColumn) and c.metric == by), None)
    window = r.world.attributes.window_of(by) if column is None else None
    if window is None or window[1] is None:
        return column.period if column is not None else None
    return Period(start=r.today - timedelta(days=window[1]), end=r.today)
