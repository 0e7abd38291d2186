"""When it was, asked for once more of people who were chosen by it: last order was over 60 days ago, with the date of it; …日期也带上.

In: a fresh `Reading` of a first question. Out: such a tail as the attribute of people that it means, the last date of the one deed that was
spoken of, or the days since (how many days, 天数); where no one deed was, its words stay, to be asked about. Never fails.
"""

import re

from assistant.language.values import Sense
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.tails import as_column, tail_of

_SHOW = r"(?:(?:please|pls|and|also|with|plus|including|show|give|list|include|add|display|me|i need) )+"
_TAIL = re.compile(
    rf"(?:[,;.?!-] *| ){_SHOW}(?:(?:the|its|that|their|each) (?:exact |actual )?(?:dates?|day)"
    r"(?: (?:of|for) (?:it|that|this|each|each one))?"
    r"|when (?:it|that) was|(?P<days>(?:the )?(?:exact )?(?:number of days|days count|day count)"
    r"|how many days(?: (?:it is|it has been|ago))?))"
    r"(?: too| as well| please| pls)*[ .?!]*$"
    "|[,，。;；] *(?:[并请]|另外|还有|同时|顺便)?(?:把|将|带上?|附上?|要)?(?:具体|对应|那个)?(?:的)?"
    "(?:(?:日期|时间|哪天|哪一天)|(?P<zh>天数|多少天|几天))"
    "(?:[也都]?(?:一起|一并)?(?:要|给我|带上|附上|写上|标上|列上|列出来?|加上|注明|给))?(?:的|一下|吧)?[。.!！ ]*$"
)


def tell_when_again(r: Reading) -> None:
    """Makes one token of the tail."""
    tail = tail_of(r, _TAIL)
    if tail is None:
        return
    days = tail.said["days"] is not None or tail.said["zh"] is not None
    name = (r.world.attributes.days_since if days else r.world.attributes.lasts).get(_deed(r, tail.front) or "")
    if name is not None:
        label = r.world.model.dimensions[name].label.zh if tail.chinese else "date"
        as_column(r, tail, label, senses=(Sense("dimension", name),))


def _deed(r: Reading, front: range) -> str | None:
    """The one deed whose last time people were chosen by: by its date, by the days since, or by how long they have not done it."""
    known = r.world.attributes
    names = {s.name for i in front for s in r.tokens[i].of("dimension")}
    found = {deed for of in (known.lasts, known.days_since) for deed, name in of.items() if name in names}
    if not found:
        long_ = any(r.tokens[i].has("neg") or re.match("[没未]", r.tokens[i].text) for i in front)
        lasts = any(_is_length(r, i) for i in front)
        done = {s.name for i in front for s in r.tokens[i].of("behaviour")}
        found = {deed for deed in known.lasts if deed in done} if long_ and lasts else set()
    return next(iter(found)) if len(found) == 1 else None


def _is_length(r: Reading, at: int) -> bool:
    """Whether a word says for how long: more than 60 days, 超过60天, 近90天."""
    token = r.tokens[at]
    compared = token.comparison is not None and token.comparison.unit in ("day", "week", "month", "year")
    return compared or token.time is not None or (token.number is not None and token.number.unit in ("day", "week", "month"))
