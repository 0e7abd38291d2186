"""The second of a ranking, the sixth to the tenth, the next ten: 销售额第二高的品类, second best store, then 第三名呢, 再来10个.

In: a question; the query before it. Out: an `Interpretation` whose query passes over the first ones: that of the same question with 第一
(最高, best) in its words, or that of the query before. None where no place is asked for. A place of a question that has no order is asked
about (`place-of-what`): it must not be answered as if it were not there.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.language.number_words import chinese_value, english_value
from assistant.ports import Context
from assistant.qa import Interpretation
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, ByDimension, Calculation, Order, Records, SemanticQuery

Plan = Callable[[str, Context], Interpretation]
_ZH = r"第\s?(?P<n>[二两三四五六七八九十]{1,3}|\d{1,3})"
_EN = r"(?P<n>second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|2nd|3rd|[4-9]th|1\dth|20th)"
_HOW = "[高低多少大小好差贵快慢长短]|便宜|热销|畅销|受欢迎|热门|活跃"
_REWRITTEN = (
    (re.compile(_ZH + rf"(?P<how>{_HOW})"), r"最\g<how>"),
    (re.compile(r"(?P<sort>排名?在?|位居|位列|名列|居)" + _ZH + "[名位]?"), r"\g<sort>第一"),
    (re.compile(_ZH + "[名位](?![会客顾用员])"), "第一名"),
    (re.compile(_ZH + "(?=的(?!$|订单|工单|购买|消费|下单)|是(?:谁|哪|什么))"), "第一"),
    (re.compile(rf"(?<![a-z0-9]){_EN}[- ](?=best|worst|most|least|top|[a-z]{{3,}}est(?![a-z]))"), ""),
    (re.compile(rf"(?<![a-z])(?:is|was|ranked|ranks|comes|came)(?: in)? {_EN}(?: place)? (?:in|by|for) "), "has the highest "),
)  # fmt: skip
"""How a place is said, and the same of the first one."""
_SPAN = re.compile(r"第?(?P<n>\d{1,3})名?(?:到|至|-|~)第?(?P<to>\d{1,3})名")
_LAST_SAID = (
    re.compile(rf"\W*(?:那|那么|排)*{_ZH}[名位个家高多大好]?的?(?:是谁|是哪[个家]|是什么|呢|又?是)*\W*"),
    re.compile(
        rf"\W*(?:and |so |then |what about |who is |which is |how about )*(?:the )?{_EN}(?: (?:one|best|place|highest|largest))?\W*"
    ),
)
_NEXT = (
    re.compile(r"\W*(?:再|接着|继续)(?:来|给我?|列|看|出|要)(?:看|出)?(?P<n>[一二两三四五六七八九十]+|\d{1,3})[个名家款位条]\W*"),
    re.compile(r"\W*(?:看|给我)?(?:接下来|后面|往后|下面?)的?(?P<n>[一二两三四五六七八九十]+|\d{1,3})[个名家款位条](?:呢)?\W*"),
    re.compile(
        r"\W*(?:and |then |show |give |me |list )*(?:the )?(?:next (?P<n>[a-z]+|\d{1,3})(?: ones)?|(?P<m>\d{1,3}|[a-z]+) more)\W*"
    ),
)


def at_place(text: str, last: SemanticQuery | None, context: Context, plan: Plan) -> Interpretation | None:
    """The reading of a question for a place in an order; None where it asks for none."""
    lowered = text.strip().lower()
    after = _after(lowered, last)
    if after is not None:
        return Interpretation(queries=(after,))
    found = _asked(lowered)
    if found is None:
        return None
    words, place, count = found
    planned = plan(words, context)
    query = planned.queries[0] if len(planned.queries) == 1 and planned.clarification is None else None
    if planned.refusal is not None:
        return planned
    if (
        isinstance(query, Aggregate | Records)
        and query.order
        and query.limit in (None, 1)
        and not getattr(query, "limit_per", ())
    ):
        return replace(planned, queries=(query.model_copy(update={"offset": place - 1, "limit": count}),))
    return Interpretation(clarification=Issue("place-of-what", params={"place": str(place)}))


def _asked(text: str) -> tuple[str, int, int] | None:
    """The question with the first place in its words, the place, and how many from there on."""
    span = _SPAN.search(text)
    if span is not None and 1 < int(span["n"]) <= int(span["to"]):
        first, last = int(span["n"]), int(span["to"])
        return f"{text[: span.start()]}第一名{text[span.end() :]}", first, last - first + 1
    for pattern, first_one in _REWRITTEN:
        match = pattern.search(text)
        place = _number(match["n"]) if match is not None else None
        if match is not None and place is not None and place > 1:
            return text[: match.start()] + match.expand(first_one) + text[match.end() :], place, 1
    return None


def _number(word: str) -> int | None:
    digits = re.match(r"\d+", word)
    if digits is not None:
        return int(digits[0])
    value = chinese_value(word) or english_value(_CARDINALS.get(word, word))
    return None if value is None else int(value.value)


_CARDINALS = {
    "second": "two", "third": "three", "fourth": "four", "fifth": "five", "sixth": "six", "seventh": "seven", "eighth": "eight",
    "ninth": "nine", "tenth": "ten",
}  # fmt: skip


# --- behind a ranking ------------------------------------------------------------------------------------------------------


def _after(text: str, last: SemanticQuery | None) -> SemanticQuery | None:
    """第二名呢, the next ten: of the ranking before."""
    if not isinstance(last, Aggregate | Records):
        return None
    ranked = _in_order(last)
    place = next((_number(m["n"]) for p in _LAST_SAID if (m := p.fullmatch(text))), None)
    if ranked is None:
        return None
    rising = bool(ranked.order) and not ranked.order[0].descending
    if place is not None and rising and re.search("[高多大好]", text):
        return None
    if place is not None:
        return ranked.model_copy(update={"offset": place - 1, "limit": 1})
    more = next((_number(next(filter(None, m.groups()))) for p in _NEXT if (m := p.fullmatch(text))), None)
    if more is None or last.limit is None:
        return None
    return ranked.model_copy(update={"offset": last.offset + last.limit, "limit": more})


def _in_order(last: Aggregate | Records) -> Aggregate | Records | None:
    """The query in the order that it was shown in; None where it is none, or one of each group."""
    if last.order or isinstance(last, Records):
        return last if last.order and not getattr(last, "limit_per", ()) else None
    plain = len(last.group_by) == 1 and isinstance(last.group_by[0], ByDimension) and not last.count_groups
    first = last.metrics[0]
    if not plain or isinstance(first, Calculation):
        return None
    return last.model_copy(update={"order": (Order(by=first.name or first.metric),)})
