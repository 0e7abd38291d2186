"""What people were chosen by, asked for once more at the end: …, and how much did each of them spend; …, with that spend; …，金额也要.

In: a fresh `Reading` of a first question. Out: such a tail as one token that stands for that value, so that it is a column of the list;
its words stay as they are where nothing of the kind was tested or ranked in front, or where it names a number of its own (with that spend,
behind a number of orders). Never fails.
"""

import re
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.numeric import money_spent
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.tails import as_column, lists_people, tail_of

_NUMBER_EN = r"(?:amounts?|sums?|totals?|figures?|numbers?|values?|money)"
_SPEND_EN = r"(?:spend|spending|spends)"
_SHOW_EN = r"(?:(?:please|pls|and|also|then|just|with|plus|including|show|give|list|include|add|display|i need|me|us|put) )+"
_THEY = r"(?:they|each|each one|each person|each customer|each of (?:them|those|these)|every one of them)"
_ENDS = r"(?: too| as well| also| please| pls| each| next to (?:it|them|each)| beside (?:it|them)| for each)*[ .?!]*$"
_TAIL = re.compile(
    rf"[,;.?!:-] *(?:{_SHOW_EN})?(?:(?P<spend>(?:how much|what)(?: money)? (?:did |have |has )?{_THEY}(?: have| has|'ve)? (?:spen[dt]|paid)"
    rf"|how much (?:that|it|this) (?:was|is)|how much (?:was|is) (?:it|that)"
    rf"|(?:that|this|the|their|each one's) {_SPEND_EN}(?: amount| total)?)"
    rf"|(?P<many>how many (?:did |have |has ){_THEY} (?:placed?|made?|make|have|raised?|filed?|open(?:ed)?|submit(?:ted)?|do|buy)))"
    rf"(?: in total| in all| altogether| in that time| in that period| over that time)?{_ENDS}"
    rf"|(?:[,;.?!:-] *| )(?:{_SHOW_EN})(?:(?P<again>(?:that|this) {_SPEND_EN}(?: amount| total)?)|(?:that|this|the|their|those|these)"
    rf" (?P<any>{_NUMBER_EN})){_ENDS}"
    rf"|[,;.?!:-] *(?:{_SHOW_EN})?(?P<bare>{_NUMBER_EN}) (?:too|as well|also)[ .?!]*$"
    "|[,，。;；] *(?:[并请]|另外|还有|顺便|同时)?(?:把|将)?(?:具体|对应|相应|每个?人?的?|各自的?)?"
    "(?P<zh>(?:消费)?(?:金额|数额|钱数)|(?P<times>次数|笔数|单数)|花了?多少(?:钱)?|多少钱)"
    "[也都]?(?:一起|一并)?(?:给我|帮我)?(?:也?要|给我|给出|要有|要看|需要|得有|标上|标出来?|写上|写出来|放上|列上|列出来?|带上|附上|加上|给)"
    "(?:的|一下|吧)?[。.!！ ]*$"
    "|[,，。;；?？] *(?:另外|还有|顺便|并且?|和)?(?:每个?人|每位|每个客户|每个会员|各人|各自|他们|她们|分别)(?:都|各|分别|一共|总共)*"
    "(?:(?:花|消费)了?多少(?:钱)?|(?P<number>(?:提了?|下了?|买了?|有|是)?(?:几|多少)[张次笔单件回条])(?:了|呢)?)[。.!！?？ ]*$"
)


def tell_again(r: Reading) -> None:
    """Makes one token of the tail."""
    settle_amounts(r)
    tail = tail_of(r, _TAIL)
    if tail is None:
        return
    said = tail.said
    money = said["any"] is None and not (said["bare"] or said["number"] or said["many"])
    number = _chosen_by_number(r, tail.front, money=money)
    times = not number and (said["times"] is not None or not money) and _counts(r, tail.front)
    if not (number or times):
        return
    ops = {"that_value"} if number else set()
    ops |= {"times_asked"} if times or said["number"] or said["many"] or said["times"] else set()
    as_column(r, tail, "次数" if times else "金额" if tail.chinese else "with the amount", ops=frozenset(ops))


def _chosen_by_number(r: Reading, front: range, *, money: bool) -> bool:
    """Whether exactly one number chooses the people, or puts them in order, and it is money where money is asked for."""
    chosen = any(
        r.tokens[i].comparison is not None
        or r.tokens[i].has("most", "least", "best", "descending", "ascending", "sort")
        or (r.tokens[i].number is not None and r.tokens[i].number.kind in ("rank", "rank_last"))  # type: ignore[union-attr]
        for i in front
    )
    said = {name for i in front if not r.is_person(i) for name in _measure(r, i)}
    return chosen and len(said) == 1 and (not money or r.world.model.metrics[next(iter(said))].format == "currency")


def _measure(r: Reading, at: int) -> tuple[str, ...]:
    """The number that a word is of, whatever its time."""
    window = r.window_metric(at)
    if window is not None:
        return (window[0],)
    spent = money_spent(r, at) if r.tokens[at].has("money_verb") else None
    return r.metrics(at) or ((spent,) if spent is not None else ())


_AMOUNT = re.compile(r"(?:the |their )?(?:amounts?|sums?|money)|(?:消费)?金额|数额|钱数")


def settle_amounts(r: Reading) -> None:
    """ID and amount, 带上大区和金额: among columns of people chosen by their money, that money, and no amount of something else."""
    for at in range(1, len(r.tokens)):
        token = r.tokens[at]
        if not (token.has("that_value") and token.of("dimension") and _AMOUNT.fullmatch(token.text)) or r.follows is not None:
            continue
        before = r.tokens[at - 1]
        tied = (before.has("with", "and", "comma", "list") or r.is_break(at - 1)) and not before.is_content
        front = range(at)
        listed = lists_people(r, front, never=("count", "share", "avg", "per_group"))
        if tied and listed and _chosen_by_number(r, front, money=True):
            own = next(i for i in front if not r.is_person(i) and _measure(r, i))
            names = tuple(s for s in r.tokens[own].senses if s.kind in ("dimension", "metric"))
            senses = names or (Sense("metric", _measure(r, own)[0]),)
            r.tokens = (*r.tokens[:at], replace(token, senses=senses, ops=frozenset()), *r.tokens[at + 1 :])


def _counts(r: Reading, front: range) -> bool:
    """Whether it was said how often they did something."""
    compared = (r.tokens[i].comparison for i in front)
    return any(c is not None and c.unit in ("time", "order", "piece") for c in compared)
