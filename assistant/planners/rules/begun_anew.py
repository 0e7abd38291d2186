"""Messages that begin something new: 换个问题，上周加购了但没支付的有多少; new question: how many complaints are open; back to refunds: ….

In: a question, the conversation, and how to plan a question in one. Out: the reading of what stands behind the words that say so: without
anything of the conversation where they say that it is left (new question), and where they say so in passing (另外，by the way) only if the
message as a whole is not understood. What leans on the conversation all the same (换个话题，那APP呢) is read in it. Never fails.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.planners.rules.several import After
from assistant.ports import Context
from assistant.qa import Interpretation, Question
from semantic_layer.query import Aggregate

Plan = Callable[[Question, Context], Interpretation]

_END = r"\s*(?:[,，:：.。;；!！~～\-—]+\s*|$)"
_ANEW_ZH = re.compile(
    r"\s*(?:(?:好的?|行|嗯|那|那么)[,，]?)*(?:我们?|咱们?)?(?:先|再|来|想|要|就)*"
    r"(?:(?:换|变)(?:一?个|一下)?(?:别的)?(?:问题|话题|事|方向|内容|主题)|(?:这是)?(?:另外)?一?个?(?:新的?|另一个|下一个)(?:问题|话题)"
    r"|(?:问|说|看|聊)(?:一?个|点|些)?(?:别的|其他的?|新的?|另外的)(?:问题|话题|事情?)?"
    r"|(?:不|先不|别)(?:说|看|管|聊|问)(?:这个|那个|这些|它)了?|(?:刚才|前面|上面)(?:的|那些|那个)?(?:先?不管|先?放一边|忽略)了?|重新(?:开始|来过?|问))"
    rf"(?:了|吧|哈|啊|问|看|聊|说|一下|下)*{_END}"
)
_ANEW_EN = re.compile(
    r"\s*(?:(?:ok|okay|so|now|right|alright|thanks|thank you|great|cool|good)[,.! ]+)*"
    r"(?:let's |let us |let me |can we |i have |i've got )?"
    r"(?:(?:a |an |one |my )?(?:new|different|another|next|other|fresh|unrelated|separate) (?:question|topic|subject)(?: now)?"
    r"|chang(?:e|ing) (?:of |the )?(?:topic|subject)|switch(?:ing)? (?:topics?|subjects?|gears)"
    r"|start(?:ing)? (?:over|again|afresh|fresh)|on (?:a |an )?(?:another|different|separate|unrelated) (?:note|topic|subject)"
    r"|(?:completely |totally |entirely )?unrelated(?: to that)?|never ?mind(?: that)?"
    r"|(?:forget|scrap|ignore|drop|leave) (?:all )?(?:that|it|this|the above|about that|about it)(?: for now)?"
    rf"|(?:something|on to something) (?:else|different)(?: entirely| now)?|moving on(?: now)?){_END}",
    re.I,
)
"""What says that the conversation so far is left."""
_ASIDE = re.compile(
    r"\s*(?:另外|此外|对了|还有(?:就是)?|顺便|顺带|额外|再)(?:再|想|请|也|我)*(?:问|请教|请问|了解|看|查|说)?(?:一?下|一?句|个|个事|个问题)?"
    rf"(?:啊|哈|吧)?{_END}"
    r"|\s*(?:(?:oh|and|ok|okay|so|right)[,.! ]+)*(?:by the way|btw|anyway|anyhow|additionally|in addition|besides|separately|incidentally"
    rf"|(?:one|just one) (?:more|other|last) (?:thing|question)|another (?:thing|question)|quick (?:one|question)|meanwhile){_END}",
    re.I,
)
"""What says so in passing: what follows may still be of what was shown."""
_BACK = re.compile(
    r"\s*(?:(?:那|好|行|嗯)[,，]?)*(?:再|我们|咱们)*(?:回到|说回|聊回|回过头来?(?:说|看)|话说回来?|再说回)(?=[^,，:：。]{1,10}[,，:：。])"
    r"|\s*(?:(?:ok|okay|so|now|right|and)[, ]+)*(?:(?:let's |let us )?(?:going|coming|go|come|turning|get|getting|return|returning) )?"
    r"(?:back )?to (?=[a-z ]{3,30}[:,.;])",
    re.I,
)
"""What names a subject again, in front of a question about it: back to refunds: the rate for each category in September."""


_SAME_TIME = re.compile(
    r"(?<![a-z])(?:(?:those|these|that|this|the) same|those|that) (?:[0-9]+ )?(?:days?|weeks?|months?|quarters?|period|time)(?![a-z])"
    r"|(?:同一?个?|[那这]段|[那这]几个?|[那这]个?)(?:时间|时期|期间|天|周|月|季度)"
)
"""something else: how many joined over those same 18 days: of the time that was spoken of."""


def anew(question: Question, context: Context, plan: Plan) -> Interpretation:
    """What a message comes to, without the words that begin it."""
    begun = _begun(question.text)
    if begun is None:
        return plan(question, context)
    rest = replace(question, text=" " * begun.ends + question.text[begun.ends :])  # the places of its words stay
    if begun.sort == "anew":
        fresh = plan(rest, After())
        points = fresh.clarification is not None and _SAME_TIME.search(rest.text) is not None
        return plan(rest, context) if points or _says_little(fresh) else fresh
    if begun.sort == "back":
        fresh = plan(rest, After())
        return fresh if _is_whole(fresh) else plan(question, context)
    told = plan(question, context)
    if told.clarification is None:
        return told
    other = plan(rest, context)
    return other if other.clarification is None else told


@dataclass(frozen=True, slots=True)
class _Begun:
    """How a message begins, and where what it asks begins."""

    sort: str
    ends: int


def _begun(text: str) -> _Begun | None:
    for sort, words in (("anew", _ANEW_ZH), ("anew", _ANEW_EN), ("aside", _ASIDE), ("back", _BACK)):
        found = words.match(text)
        if found is not None and text[found.end() :].strip(" ?？!！.。"):
            return _Begun(sort, found.end())
    return None


def _says_little(fresh: Interpretation) -> bool:
    """Whether a message is nothing without what went before it: 换个话题，那APP呢."""
    return fresh.clarification is not None and fresh.clarification.code in (
        "no-context",
        "nothing-read",
        "does-not-fit",
        "missing-metric",
    )


def _is_whole(fresh: Interpretation) -> bool:
    """Whether a message says by itself of what and when: of any other, the last words may be meant as well."""
    query = fresh.queries[0] if fresh.queries and fresh.clarification is None else None
    return isinstance(query, Aggregate) and query.period is not None
