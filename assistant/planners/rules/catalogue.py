"""Questions about the data itself and about its tags: how fresh is it, 数据更新到哪天, which tags can I filter a list on.

In: a `Reading` before any pass has used a token. Out: a `Description`, or None. A question about the data is known by its whole sentence,
so that no word beside it is passed over; one about tags by what it asks for, with no time, number or value. Never fails.
"""

import re

from assistant.planners.rules.reading import Reading
from assistant.planners.rules.topic import is_about_data
from assistant.qa import Description

_DATA = (
    r"(?:the |your |our |this |that |these |all (?:the |this |your )?)?(?:customer )?"
    r"(?:data|numbers|figures|database|tags?|labels|dataset)"
)
_DO = r"(?:does|do|is|are|was|were|did|has|have)"
_ABOUT_EN = re.compile(
    r"(?:so |and |hi,? |hey,? |ok,? |btw,? |quick question[:,]? )*(?:"
    rf"how (?:fresh|recent|current|up[- ]to[- ]date|old|stale|live|complete|far back) (?:is|are) {_DATA}(?: i'm looking at| here)?"
    rf"|(?:how often|when|how frequently) {_DO} {_DATA} (?:get |gets |got |last |being |been |be )*"
    r"(?:updated?|refresh(?:ed|es)?|load(?:ed)?|synced|recalculated|recomputed|calculated)"
    r"|(?:what(?:'s| is|s) the )(?:latest|last|most recent|newest|earliest|oldest|first) (?:day|date|data point|data)"
    r" (?:of|in|with|for|you have)"
    rf"(?: {_DATA})?(?: you have| available| i can see)?"
    rf"|(?:since when|how far back|until when|up to when|up to what (?:date|day)|to what date|from when) {_DO} (?:(?:we|you) have {_DATA}|"
    rf"{_DATA} (?:go|goes|run|runs|reach|start|end|begin)s?(?: back| to)?)"
    rf"|when {_DO} {_DATA} (?:start|begin|end|stop)s?"
    rf"|(?:what|which) (?:period|dates?|time ?range|date ?range|years?|months?|time) {_DO} {_DATA} (?:cover|covered|span|for|run)s?"
    rf"|(?:is|are) {_DATA} (?:live|real[- ]time|up[- ]to[- ]date|current|fresh|recent)"
    rf"|where {_DO} {_DATA} (?:come|coming|taken|from|sourced|pulled)(?: from)?"
    rf"|(?:what(?:'s| is|s)|which is) the (?:data )?source(?: of| for)?(?: {_DATA})?"
    r"|(?:what|which) (?:tables|data sources?|sources?|systems) (?:do you use|are you using|is (?:this|it) based on|do you have"
    r"|are (?:behind (?:this|it)|there|used))"
    r")(?: please| exactly| right now| today)?\W*"
)
_WHEN = r"(?:什么时候|啥时候|哪一?天|哪日|几号|哪个?月|何时|哪年|哪儿|哪里|多久之?前)"
_IT = (
    r"(?:这个|这些|你们?的?|咱们?的?|我们的?|系统的?|目前的?|现在的?|请问)*(?:客户|会员|用户)?"
    r"(?:数据|data|标签|数字|数|报表|资料)(?:库|集)?"
)
_ABOUT_ZH = re.compile(
    r"(?:请问|想问下|问下|那|对了)*[,，]?(?:"
    rf"{_IT}(?:是|都|会|一般|通常)*(?:隔|每)?(?:多久|多长时间|几天|{_WHEN})(?:会)?(?:更新|刷新|同步|跑|重算|算)(?:一次|一回|一遍)?"
    rf"|{_IT}(?:最新|最近|目前|现在|更新|刷新|截止|截至|能看|有|覆盖|跑|已经|是)*(?:到|至)(?:了)?{_WHEN}(?:为止)?"
    rf"|(?:最早|最新|最近|最晚|最后)的?(?:一天|一条|一批)?的?{_IT}(?:是|到|截止|截至|从|在)*{_WHEN}(?:的|开始)?"
    rf"|{_IT}(?:最早|最新|最晚)?(?:是)?(?:从)?{_WHEN}(?:开始)?(?:有)?(?:的|起)?"
    rf"|{_IT}(?:都)?(?:是)?(?:从|打|在)?(?:哪里?|哪儿|什么地方|哪个系统|哪些系统|哪些表|哪几张表|什么系统|什么表)(?:来|取|拿|抓|出|导|拉)?(?:过来|出来)?"
    rf"|{_IT}的?(?:来源|源头|出处|数据源)(?:是|在)?(?:什么|哪里?|哪儿|哪些|啥)?|数据源(?:是|有)?(?:什么|哪些|啥)"
    rf"|(?:从)?{_WHEN}(?:开始|起)?(?:有|就有)的?(?:数据)"
    r"|(?:有|能查|能看)(?:多久|多长时间|哪段时间|哪些年|几年|哪几年)的?(?:数据)"
    rf"|{_IT}(?:新不新|新鲜吗|新鲜不|是不是最新的?|是最新的?吗|最新吗|是不是实时的?|是实时的?吗|实时吗|准不准时)"
    r")(?:的|啊|呀|呢|吗|了|嘛|哦)*\W*"
)
_TAGS = re.compile(
    r"(?<![a-z])(?:which|what|list (?:all )?the|list all|show me (?:all )?(?:the )?(?:available )?|what other|which other) "
    r"(?:kinds? of |sorts? of |available )?(?:customer |member |user |people )?(?:tags|labels|tag fields)"
    r"(?: (?:can|could|may|should|do|are|is|that|i|we|you|there|to|available|for|exist)(?![a-z])[^?]*)?\??$"
    r"|(?:哪些|什么|啥|哪几个|哪几种)(?:客户|用户|会员|画像)?标签(?:是)?(?:可以|能|能够|可)?[^,，。]{0,12}$"
    r"|(?:可以|能|能够)(?:用|按|拿|通过)(?:哪些|什么|啥|哪几个)(?:客户|用户|会员)?标签[^,，。]{0,10}$"
)


_CONDITIONS = re.compile(
    r"(?<![a-z])(?:what|which) (?:conditions?|criteria|fields?|filters?|attributes?|properties|characteristics|traits|variables|parameters)"
    r" (?:can|could|may|should|do|are|is|that) (?:i|we|you|there|available|to|allowed|supported|possible)(?![a-z])[^,;.]*$"
    r"|(?:圈|筛|挑|选|建|找|分|过滤)选?(?:人群?|客户?|客群|会员|用户|人群包)[^,，。;；]{0,6}?(?:可以|能|能够|支持|都)(?:用|按|拿|通过|依据|靠)?"
    r"(?:哪些|什么|啥|哪几个)(?:条件|字段|属性|维度|筛选项|标准)?(?:来)?(?:圈|筛|选|挑|用|过滤)?(?:人|客户)?的?$"
)
"""圈人的时候能用哪些条件, what conditions can I use to pick customers: the attributes and tags of people."""


def catalogued(r: Reading) -> Description | None:
    """What is asked about the data itself, or about the tags that there are."""
    line = r.text.text.strip()
    if _ABOUT_EN.fullmatch(line) or _ABOUT_ZH.fullmatch(line):
        return Description("data")
    told = [at for at, t in enumerate(r.tokens) if t.of("value") or t.of("segment") or t.of("metric")]
    plain = not any(r.tokens[at].of("value") or r.tokens[at].of("segment") or not r.counts_people(at) for at in told)
    if not plain or is_about_data(r):
        return None
    if _TAGS.search(line):
        return Description("tags")
    return Description("dimensions") if _CONDITIONS.search(line.strip(" ?？。.!呀啊呢吗")) else None
