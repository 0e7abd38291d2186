"""What each of some people spent in all, beside their list: 带上累计金额, 带上等级和累计花了多少, 总金额也列上.

In: a fresh `Reading`. Out: the words for it as one token that names the attribute which holds that money of all time. Only beside a word
for columns, behind people, and with no time of its own: 累计金额 elsewhere is a running total of something. Never fails.
"""

from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.reading import Reading


def settle_totals(r: Reading) -> None:
    """Joins such words."""
    name = _all_money(r)
    for at in [i for i, t in enumerate(r.tokens) if t.has("running", "total") and not t.is_content] if name is not None else ():
        end = _money(r, at)
        if name is None or end is None or not _is_shown(r, at, end):
            continue
        first, last = r.tokens[at], r.tokens[end]
        text = r.text.text[first.start : last.end]
        whole = replace(first, end=last.end, text=text, ops=frozenset(), senses=(Sense("dimension", name),), role="meaning")
        r.tokens = (*r.tokens[:at], whole, *r.tokens[end + 1 :])
        return


def _all_money(r: Reading) -> str | None:
    """The attribute of people that holds their money of all time."""
    money = {m for table in r.world.fact_tables() if (m := r.world.money_of(table)) is not None}
    return next((n for (m, days), n in r.world.attributes.windows.items() if days is None and m in money), None)


def _money(r: Reading, at: int) -> int | None:
    """The last word of the money behind: 累计|金额, 一共|花了|多少钱."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    if behind is None or behind.of("metric") or behind.of("behaviour"):
        return None
    if behind.has("that_value") and behind.text.endswith(("金额", "数额", "钱数")):
        return at + 1
    asks = at + 2 < len(r.tokens) and r.tokens[at + 2].has("how_much") and not r.tokens[at + 2].senses
    return at + 2 if behind.has("money_verb") and asks else None


def _is_shown(r: Reading, at: int, end: int) -> bool:
    """Beside a word for columns, with nobody named and no time in between."""
    marks = [i for i in range(at) if r.tokens[i].has("with") and not r.tokens[i].is_content]
    behind = r.tokens[end + 1] if end + 1 < len(r.tokens) else None
    if behind is not None and behind.has("also"):
        behind = r.tokens[end + 2] if end + 2 < len(r.tokens) else None
    start = marks[-1] if marks else at if behind is not None and behind.has("with", "list") and not behind.is_content else None
    if start is None:
        return False
    inside = range(start, at)
    people = [i for i in range(len(r.tokens)) if r.is_person(i) or describes_people(r, i)]
    own = any(r.tokens[i].time is not None or i in people or r.is_break(i) for i in inside)
    timed = at > 0 and r.tokens[at - 1].time is not None
    return not own and not timed and (r.follows == "records" or any(i < start for i in people))
