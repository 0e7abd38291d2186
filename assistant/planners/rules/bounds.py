"""What bounds an open period where something is measured: before June this year, 9月的销售额，只看15号之前.

In: a `Reading` and the periods that its words name. Out: an open one in a year or month counted from today is its days there, one that
stands apart from the period around it is joined with that. Where the words say as well from the first day on (before Double 11 last year)
the word stays unread, and is asked about, as is a sum of everything before a day set against what came after it. Never fails.
"""

from dataclasses import replace
from datetime import timedelta

from assistant.language.calendar import Calendar
from assistant.language.dates import PeriodMention, find_periods
from assistant.language.text import normalise
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Period


def settle_bounds(
    r: Reading, places: list[int], mentions: list[PeriodMention], calendar: Calendar
) -> tuple[list[int], list[PeriodMention]]:
    """The periods of the question with their bounds; those that are asked about are left out."""
    places, mentions = _joined(r, places, mentions, calendar)
    mentions = [_through(r, at, m) for at, m in zip(places, mentions, strict=True)]
    mentions = [replace(m, period=m.within, kind="range") if m.within is not None and m.sure else m for m in mentions]
    opens = [at for at, m in zip(places, mentions, strict=True) if (m.within is not None and not m.sure) or _is_over(r, at, m)]
    opens = opens or _set_against_all(r, places, mentions)
    r.strict.update(opens)
    kept = [(at, m) for at, m in zip(places, mentions, strict=True) if at not in opens]
    return [at for at, _ in kept], [m for _, m in kept]


def _through(r: Reading, at: int, mention: PeriodMention) -> PeriodMention:
    """revenue through June: from the first day of that year on, or of all; which of the two is asked."""
    end = mention.period.end
    if mention.kind != "open" or mention.period.start is not None or end is None or mention.within is not None:
        return mention
    if not r.tokens[at].text.startswith("through "):
        return mention
    first = (end - timedelta(days=1)).replace(month=1, day=1)
    told = replace(mention, within=Period(start=first, end=end), sure=False)
    r.tokens = (*r.tokens[:at], replace(r.tokens[at], time=told), *r.tokens[at + 1 :])
    return told


def _joined(
    r: Reading, places: list[int], mentions: list[PeriodMention], calendar: Calendar
) -> tuple[list[int], list[PeriodMention]]:
    """September sales before the 15th: the open one and, apart from it, the period that its days are of."""
    opens = [(at, m) for at, m in zip(places, mentions, strict=True) if m.kind == "open"]
    around = [(at, m) for at, m in zip(places, mentions, strict=True) if _is_container(m)]
    if len(mentions) != 2 or len(opens) != 1 or len(around) != 1 or r.where("versus"):
        return places, mentions
    (inner, _), (outer, container) = opens[0], around[0]
    text = f"{r.tokens[outer].text}, {r.tokens[inner].text}"
    found = find_periods(normalise(text), calendar)
    whole = len(found) == 1 and found[0].end - found[0].start >= len(text) - 1
    part = _part_of(found[0].period, container.whole) if whole else None
    if part is None:
        return places, mentions
    r.take(outer)
    return [inner], [replace(found[0], period=part, kind="range", within=None)]


def _part_of(period: Period, whole: Period) -> Period | None:
    """What of an open period lies in the one around it, where it is bounded by a day of that."""
    if whole.start is None or whole.end is None or (period.start or whole.start) < whole.start:
        return None
    start, end = period.start or whole.start, min(period.end or whole.end, whole.end)
    return Period(start=start, end=end) if start < end else None


def _is_container(mention: PeriodMention) -> bool:
    named = mention.kind in ("absolute", "relative", "running") and mention.count == 1
    return named and mention.grain in ("year", "quarter", "month")


def _is_over(r: Reading, at: int, mention: PeriodMention) -> bool:
    """sales last October so far: it is over."""
    return mention.kind == "relative" and r.text.text[r.tokens[at].end :].startswith(" so far")


def _set_against_all(r: Reading, places: list[int], mentions: list[PeriodMention]) -> list[int]:
    """sales before 618 and after 618: everything there ever was, against a few months; a rate can be set so."""
    compared = any(t.comparator is not None and r.free(at) for at, t in enumerate(r.tokens))
    both = len(mentions) == 2 and all(m.kind == "open" for m in mentions)
    both = both or (len(mentions) == 1 and compared)
    return [at for at, m in zip(places, mentions, strict=True) if both and is_of_all(r, m.period)]


def stands_against_all(r: Reading, at: int) -> bool:
    """after 618 vs before it: against everything there ever was, which is asked about."""
    comparator = r.tokens[at].comparator
    against = comparator is not None and comparator.kind == "period" and is_of_all(r, comparator.period)
    r.strict.update([at] if against else [])
    return against


def is_of_all(r: Reading, period: Period | None) -> bool:
    """Whether something that adds up is measured from the first day that there is."""
    sums = any(not r.world.is_average(name) for asked in r.asked for name in asked.names)
    return sums and period is not None and period.start is None and period.end is not None
