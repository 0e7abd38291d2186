"""Numbers of first ones: 首单客单价, first orders by channel, 客户第一单来自哪个渠道.

In: a `Reading` before its verbs, a deed that is named as a thing and as the first one. Out: `r.first_rows`, the deed; the query then
keeps those rows alone, and counts people by that deed. A first deed that is a condition of people (首单在天猫的客户, first ordered in
May) is read elsewhere. Never fails; where the first ones have no place, the query is none.
"""

import re

from assistant.planners.rules.draft import Asked
from assistant.planners.rules.edits import joined, parts_of
from assistant.planners.rules.kin import doers
from assistant.planners.rules.reading import Reading
from semantic_layer.query import Aggregate, FirstOf, SemanticQuery

_CHINESE = re.compile("首[单次笔](?:订单|购买|下单)?|第一[单笔]")
_MADE = re.compile(r"(?:make|made|place|placed|do|did) (?:their|the|his|her|our) (?:very )?first (?:orders?|purchases?)")
_ENGLISH = re.compile(r"(?:orders?|purchases?|tickets?|visits?|bookings?)")


def read_first_rows(r: Reading) -> None:
    """The first ones, where a number or a breakdown is of them."""
    if r.follows is not None:
        return
    for at in range(len(r.tokens)):
        deed = _deed(r, at)
        if deed is None or not (_has_number(r, at) or _is_split(r, at)):
            continue
        numbers = [i for i, t in enumerate(r.tokens) if i != at and t.of("metric")]
        others = [i for i in numbers if not r.is_person(i) and not r.counts_people(i)]
        if len(others) > 1:
            return  # 首单客单价和客单价: one of the first ones, one of all
        r.first_rows = deed
        r.take(at)
        people = doers(r.world, deed)
        count = people if r.has_person() and people is not None else r.world.count_of_deeds(deed)
        if not others and count is not None:
            r.asked.append(Asked(at, (count,)))
            r.take(*(i for i in numbers if r.counts_people(i)))
        return


def _deed(r: Reading, at: int) -> str | None:
    """The deed that a word names as the first one: 首单; first, in front of orders."""
    token = r.tokens[at]
    names = r.behaviours(at)
    if not names or not r.free(at):
        return None
    if _MADE.fullmatch(token.text) and any(t.has("which") for t in r.tokens[:at]):
        return names[0]  # in which channel do people make their first purchase
    if not token.text.isascii():
        return names[0] if _CHINESE.fullmatch(token.text) else None
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    noun = behind is not None and behind.of("entity") and _ENGLISH.fullmatch(behind.text) is not None
    return names[0] if token.text == "first" and noun else None


def _has_number(r: Reading, at: int) -> bool:
    """首单客单价, 首单客户数: a number right behind; of English, the word for the rows is one that is split."""
    behind = r.step(at, 1)
    return behind is not None and not r.tokens[at].text.isascii() and bool(r.metrics(behind)) and not r.value_options(behind)


def _is_split(r: Reading, at: int) -> bool:
    """first orders by channel, 第一单来自哪个渠道: by what those rows have, which is asked for and not said."""
    words = [i for i, t in enumerate(r.tokens) if i != at and t.of("dimension") and not r.metrics(i)]
    table = r.world.model.behaviours[r.behaviours(at)[0]].table
    own = [i for i in words if any(table in r.world.homes(d) or r.world.is_detail(table, d) for d in r.dimensions(i))]
    asked = any(t.has("which", "by", "per_group", "distribution", "each_other", "share") and not t.senses for t in r.tokens)
    values = any((t.of("value") and not t.of("dimension")) or t.time is not None for t in r.tokens[at + 1 : at + 3])
    return bool(own) and asked and not values


def of_first_rows(r: Reading, query: SemanticQuery) -> SemanticQuery | None:
    """The query of those rows alone; None where one was read and the query has no rows of its own."""
    if r.first_rows is None:
        return query
    if not isinstance(query, Aggregate):
        return None
    where = joined((*parts_of(query.where), FirstOf(behaviour=r.first_rows)))
    return query.model_copy(update={"where": where})
