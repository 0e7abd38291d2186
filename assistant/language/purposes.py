"""Clauses that only say what people are wanted for: 准备发券, 打电话回访用, 下周要做会员日. A purpose adds no condition.

In: a normalised question. Out: the spans of such clauses, whole ones between stops; empty where nothing else would be left. Their words
are those of `asides.zh.yaml`: what is done to people (`deeds`), and what may be handed to them (`given`). A clause that tells what somebody
did or is (发过券的, 没回访的) is none, for it may well be a condition. What is set aside is told to the asker. Never fails.
"""

import re
from functools import cache

from assistant.language.asides import Span, aside_words
from assistant.language.text import Normalised

_STOPS = re.compile(r"[,，.。;；?？!！:：、\n()（）—…~]")
_CONDITION = re.compile("[过了没未不非的第超满]|以[上下前后内]|至少|最[多少高低近]|前[0-9一二三十百]|近[0-9一二三半]|[0-9]")
"""发过短信的, 没回访的, 近30天: what people are like, or when."""
_BY_WHOM = "(?:我|我们|咱|咱们|你们|他们|运营|市场|市场部|客服|客服部|店里|门店|店长|导购|同事|领导|老板|销售|这边)*"
_WHEN = (
    "(?:今天|明天|后天|今晚|这周|本周|下周|下周[一二三四五六日末]|周末|月底|下个?月|马上|回头|接下来|待会儿?|晚点|后面|近期|最近"
    "|之后|后续|到时候?)*"
)
_MEANT = "(?:想|想要|要|准备|打算|计划|需要|得|为了|用来|用于|用作|拿来|拿去|好|方便|以便|正在)"
_HOW = "(?:在|去|来|能|可以|会|先|再|统一|集中|重点|单独|逐个|挨个|人工|定向|一对一|1对1)*"
_TO_THEM = "(?:[给跟对向和](?:他们|她们|这些人|这批人|这拨人|这群人|大家|客户|会员|用户))?"
_SOME = "(?:一?[个次波轮批下张份点场通]|一些|些)?"
_USED = "(?:用的?|使用|要用的?|时用|的时候用)(?:哈|呀|啊|哦|呢)?"
_SHORTEST = 3
"""召回, 推送 may be a word of the model; 短信召回, 电话回访 are titles."""
_ORDERED = "(?:做|搞|办|开展|组织)"
_SENT = "(?:来|发|打|推|送|寄|派|约|给|补|准备|安排|拉|建|加|投|写|出)"
_OUT = re.compile(
    "(?:做|搞|办|发|推|送|投|下次|下回|这次|本次|活动|大促|群发|发券|推送|投放|要|好|时|时候|的时候|就|先|得|都|把|将)*"
    "(?:剔掉|剔除|踢掉|排除|排除掉|避开|屏蔽|过滤掉|去掉|不发|不推|别发|别推|不打扰|别打扰|不再打扰)(?:他们|她们|这些人|这批人)?(?:用的?|了)?"
)
_NEXT_TIME = re.compile("下次|下回|这次|本次|活动|大促|群发|发券|推送|投放|他们|她们|这些人|这批人")


def purposes(text: Normalised, *, titles: bool) -> tuple[Span, ...]:
    """The spans of the clauses that are nothing but a purpose, in order; `titles`: those in front that only name a deed as well."""
    found: list[Span] = []
    rest, start = "", 0
    for stop in (*_STOPS.finditer(text.text), None):
        end = stop.start() if stop is not None else len(text.text)
        clause = text.text[start:end].strip()
        if clause and _is_purpose(clause, ahead=titles and not rest):
            found.append((start, end))
        else:
            rest += clause
        start = stop.end() if stop is not None else end
    return tuple(found) if rest else ()


def _is_purpose(clause: str, *, ahead: bool) -> bool:
    """Whether a whole clause says what is meant to be done to people, and nothing of what they are. `ahead`: it stands in front
    of all else, where 短信召回 is a title; behind, 给他们发短信 is an order."""
    if _OUT.fullmatch(clause) is not None:
        return _NEXT_TIME.search(clause) is not None
    told = clause[:-2] if clause.endswith("用的") else clause.removesuffix("的时候用")
    if _CONDITION.search(told) is not None:
        return False
    return any(p.fullmatch(clause) for p in _meant()) or _is_title(clause, ahead=ahead)


def _is_title(clause: str, *, ahead: bool) -> bool:
    """短信召回：… in front; behind, only what is no order to us: 做促活, 客服回访."""
    known = len(clause) > _SHORTEST if ahead else _BEHIND.match(clause) is not None
    return known and _title().fullmatch(clause) is not None


_BEHIND = re.compile("[做搞办]|客服|店长|导购|运营|市场|销售|店里|门店")


@cache
def _deed() -> tuple[str, str]:
    """What is done to people (召回, 做一波召回), and the same with what is sent to them (发券, 打个电话)."""
    deeds, given = ("|".join(map(re.escape, sorted(aside_words(k), key=len, reverse=True))) for k in ("deeds", "given"))
    plain = f"(?:{_ORDERED}{_SOME}(?:{given}|{deeds})|{deeds})"
    return plain, f"(?:(?:{_ORDERED}|{_SENT}){_SOME}(?:{given}|{deeds})|{deeds})"


@cache
def _meant() -> tuple[re.Pattern[str], ...]:
    """准备做一波召回, 打电话回访用, 我要给生日券, 要发新品试用: that it is meant, or what they are for, is said."""
    _, deed = _deed()
    who = f"{_BY_WHOM}{_WHEN}{_BY_WHOM}"
    deeds = f"{_TO_THEM}{_HOW}{deed}(?:[和跟+/]?{deed})?{_TO_THEM}"
    things = f"{_TO_THEM}(?:发|送|寄|派|推|补|办|搞|做)"
    given = "|".join(map(re.escape, sorted((*aside_words("given"), *aside_words("deeds")), key=len, reverse=True)))
    return (
        re.compile(f"{who}{_HOW}{_MEANT}{_HOW}{_MEANT}?{_HOW}{deeds}(?:{_USED})?"),
        re.compile(f"{who}{_HOW}{deeds}{_USED}"),
        re.compile(f"{who}{_HOW}{_MEANT}{_HOW}{things}{_SOME}.{{1,6}}"),
        re.compile(f"(?:{things})?{_SOME}.{{0,6}}?(?:{given}){_USED}"),
    )


@cache
def _title() -> re.Pattern[str]:
    """短信召回：, 客服回访，, 做会员关怀，: a deed by itself, in front."""
    plain, _ = _deed()
    return re.compile(f"{_BY_WHOM}{plain}(?:[和跟+/]?{plain})?(?:名单|清单|对象)?")
