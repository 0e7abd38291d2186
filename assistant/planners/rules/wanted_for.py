"""What people are wanted for, said around who they are: I want to call our unhappy customers. List them; 想给沉睡会员打电话，列一下名单.

In: a normalised question. Out: the spans of the words that only say so (I want to call; 想给, 打电话), who they are left between them; none
where no list is asked for behind a stop, as then it is an order to act. They say what is done and what is given, never of whom. What is
set aside is told to the asker, never dropped in silence. Never fails.
"""

import re
from functools import cache

from assistant.language.asides import Span, aside_words
from assistant.language.text import Normalised

_HELLO = r"(?:(?:hi|hey|hello|morning|good morning|good afternoon)(?: there| team| all)?[,!. ]+)?"
_WANT = (
    r"(?:i|we|my team|the team|marketing|crm|our team|they)(?:'d like to| would like to| want to| wants to| wanna| need to| needs to"
    r"| plan to| plans to|'m going to|'re going to| am going to| are going to| is going to| have to|'ll| will| hope to| intend to"
    r"|'m planning to|'re planning to| are planning to| am planning to| should| must|'m about to|'re about to)"
)
_ACT = (
    r"(?:call|ring|ring up|phone|contact|email|e-mail|mail|message|text|sms|invite|thank|reward|target|write to|reach out to|reach|win back"
    r"|get back|reactivate|wake up|re-engage|visit|survey|interview|speak to|talk to|follow up with|apologi[sz]e to|remind|nudge|greet"
    r"|(?:send|give|offer|mail|post|hand|push|write) (?:(?:an?|the|some|our|this|out) [a-z -]{1,30}? )?to"
    r"|run (?:an?|the|our|this) [a-z -]{1,30}? (?:for|to|with))"
)
_LISTED = (
    r"[.;!?,:-] *(?:so |and |then |please |pls |can you |could you |kindly |would you |first )*(?:list|show|give|pull|get|export|find|who"
    r"|which|what are|i need|we need|need|let me have|send me|print)(?![a-z])"
)
_ENGLISH = re.compile(rf"{_HELLO}(?P<told>{_WANT} {_ACT}) (?=(?!them|these|those|you|me|the list)[a-z].{{3,200}}?{_LISTED})")
_MEANT = (
    "(?:你好|您好)?[,，!！ ]*(?P<told>(?:我们?|咱们?|运营|市场部?|客服)?(?:这边)?(?:今天|明天|后天|这周|下周|本周|周末|月底|近期|最近)?"
    "(?:想要?|准备|打算|计划|需要|要|得)(?:去|再)?"
)
_THEN = "[,，。;；:：](?=.{0,40}?(?:列|拉|名单|清单|给我|导出|圈|找出|筛|捞|有哪些|是哪些|是谁|有谁|查一下))"


@cache
def _chinese() -> tuple[re.Pattern[str], ...]:
    deeds = "|".join(map(re.escape, sorted(aside_words("deeds"), key=len, reverse=True)))
    given = "|".join(map(re.escape, sorted((*aside_words("given"), *aside_words("deeds")), key=len, reverse=True)))
    sent = "(?:发|打|推|送|寄|派|做|搞|来|补)(?:一?[个次波轮批下张份点条通]|一些|点儿?)?"
    act = f"(?:都|统一|逐个|挨个|集中)?(?:{sent}(?:{given})|(?:{deeds}))(?:一下)?"
    return (
        re.compile(f"{_MEANT}(?:给|对|向|跟|找))(?P<who>[^,，。;；]{{2,40}}?)(?P<act>{act}){_THEN}"),
        re.compile(f"{_MEANT}(?:{deeds})(?:一?下|一波|一轮|一批|一遍)?)(?P<who>[^,，。;；]{{2,40}}?){_THEN}"),
    )


def wanted_for(text: Normalised) -> tuple[Span, ...]:
    """The spans of such words."""
    line = text.text
    if (found := _ENGLISH.match(line)) is not None:
        return (found.span("told"),)
    for pattern in _chinese():
        if (found := pattern.match(line)) is not None:
            act = found.span("act") if "act" in pattern.groupindex else None
            return (found.span("told"), *((act,) if act is not None else ()))
    return ()
