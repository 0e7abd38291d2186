"""Phrases by their grammar, not word by word: how an answer is to be shown, the sides of a table, verbs in two parts.

In: a normalised text. Out: spans of phrases without a condition of their own: 每段都列上, 摆出来, 一条 of a curve, 一截 of 低了一截. Verbs
are those of showing and handing over alone, and only with a complement that makes them so. English: leave the shops out, regions
down and touchpoints across. Never fails.
"""

import re
from collections.abc import Iterator

_HELP = "(?:请|麻烦|都|也|再|就|全|全都|一起|一并|一块儿?|分别|挨个|统统)*(?:给我|帮我|替我|给咱|给我们|帮我们)?"
_SHOW = "[列摆放写标带附捎贴画做整弄搞排报导拿念亮展拉晒码贴汇]"
_DONE = "(?:一?下|出来|上来|上去|上|进去|下来|一份|一张|一版|一行|全|全乎|好|清楚|明白|齐)(?:来|去)?"
_TAIL = "(?:给我看看|给我看|给我|看看|瞧瞧|就行|就好|即可|就够了|就成|得了)?"
_EACH = "(?:每[段档项行级类个组种家列])?"
_PHRASES = (
    re.compile(f"{_EACH}{_HELP}{_SHOW}{_DONE}{_TAIL}"),
    re.compile(
        "(?:看|在|里面)?(?:每个?|各个?|一个个)?(?:格子?|单元格|方格)(?:里面?|内|中)?(?:站|放|有|装|是|填|写|落)?(?:了|着)?(?=[多几有是])"
    ),
    re.compile("一[件双个单次款条套张](?=.{1,8}[都也]没)"),
    re.compile("一[条根幅张份版](?=(?:曲线|折线|线|走势|趋势|图|柱|饼|表|热力))"),
    re.compile("(?<=[高低多少大小长短快慢差好涨跌降升了])一(?:大截|截|大块|大半|小截|点点|丢丢|些些)"),
    re.compile("[一每][场店人月天周行家个]一[行条列档栏](?:就行|就好|即可)?"),
    re.compile("(?:合起来|加起来|合并|两拨合起来|两边合起来|合在一起)?(?:去重|排重)(?:后|之后|完|一下|过)?的?"),
    re.compile("(?<=[^\\s,，。;；、])[这那]一?[波场轮趟回档](?:里面?|中)?(?!人|客)"),
    re.compile("(?:太|有点|实在太|信息太)[多长乱细密杂碎散](?:了|啦)"),
    re.compile(
        "(?<![^\\s,，。;；:：])(?:请|麻烦|帮忙)?(?:拉个?|圈个?|做个?|要个?)?(?:召回|唤醒|促活|回访|拉新|投放|推送)(?:名单|人群|清单|圈人|用)(?=[:：])"
    ),
    re.compile("[(](?:含|包含|包括)(?:本数|\\d+[^()]{0,4})[)]"),
    re.compile(
        "(?:本期|当期|这期|今年)(?:和|跟|与|、)(?:去年|上年)?(?:同期|上期|对比期)的?(?:数字?|数据|值|金额)?(?:都|也)?(?:要|给我?|列上|列出来|带上|看)"
    ),
    re.compile("[一两二三四五六]个?(?:数字?|指标|数据)?(?:一次|一起|一并|都)?(?:性|全)?(?:给|报|列|写)(?:齐|全)(?:我|了|就行)?"),
    re.compile("[两三四几]组?(?:数字?|数据)?(?:都)?(?:并排|并列|一起)(?:给我?|放|列|摆)"),
    re.compile(
        "(?:[两三几]个?(?:指标|数字?)?)?都?要?(?:(?:本期|当期|这期|今年|上期|去年同期|去年|同期|增幅|涨幅|变化幅度|增长率)(?:和|跟|与|、|,)?){2,}"
        "(?:都要|都给我?|都列|一起给我?)?(?=[,，。;；?？]|$)"
    ),
    re.compile("(?:变化|增长|涨跌|升降)?(?:幅度|比例|率)也(?:要|给我?|列上?|带上?)"),
    re.compile("最.{1,3}?的?(?:放|排|列)(?:在|到)?(?:第一|最前面?|首位|头一|最上面?)(?:个|位|行)?"),
    re.compile("(?<![不没])(?:按|以|用)?(?:单位|币种)(?:用|是|为|按|:)?(?:分钟|小时|元|人民币|人|件|单|天)"),
    re.compile("(?<=[,，])(?:按|以)?分钟(?:计|为单位|算)?(?=[,，。;；?？]|$)"),
    re.compile("(?<=[涨跌升降多少高低好差快慢增减善化步长]了)没有?(?=[呀啊吗呢?？,，。]|$)"),
    re.compile("(?:咱们|我们)?(?:系统|报表|后台|看板)(?:里面?|上面?|中)(?:说|写|标|显示|看到|叫)的"),
    re.compile("(?:圈人|圈客|选人|建人群|做人群|挑人)(?:的)?(?:时候|时)"),
)


_KEPT = (
    "(?:时间|维度|指标|口径|条件|范围|周期|筛选|分组|日期|区间|排序|其他|其它|其余|别的|剩下)(?:范围|条件|区间|周期|段|方式)?的?"
)
_UNCHANGED = re.compile(
    f"(?:(?:保持)?{_KEPT}(?:和|与|、|跟|,|都|也|均|全)*)+(?:先|还是|仍|依旧|继续)?"
    "(?:都|均|全)?(?:保持)?(?:不变|不动|不改|不换|照旧|照原来|原样|跟刚才一样|和刚才一样|跟原来一样|和原来一样|还是一样|一样|同上)(?:了|的|吧)?(?=[,，。;；!！?？\\s]|$)"
)
"""指标和时间不变: what stays as it was, as everything does that a follow-up does not change."""
_PUT_INSTEAD = re.compile(
    "(?:把|将)?(?:维度|指标|口径|时间|分组|周期|范围|统计口径)(?:要)?(?:改|换|变|切|切换|调整|调)(?:为|成|到|做)"
)
_SWAPPED = frozenset(("swap",))
"""指标改为打开率: what takes the place of what was shown."""
_FOR_A_SLIDE = re.compile(
    r"(?<![a-z])for (?:the|a|my|our|this|today's|tomorrow's) (?:(?:board|boss's|ceo's|cfo's|team|weekly|monthly|quarterly|annual"
    r"|management|membership|leadership|exec|morning|monday) ){0,2}"
    r"(?:slides?|deck|memo|presentation|briefing|newsletter|standup|townhall|meeting|report)(?![a-z])"
)
"""What the numbers are wanted for, which limits none."""
_SINCE_IT_BEGAN = re.compile(
    r"(?<![a-z])since (?:the )?(?:start of )?(?:q[1-4]|[a-z]+ quarter|(?:this|last|the) (?:year|quarter|month|week)|january|february|march"
    r"|april|may|june|july|august|september|october|november|december)(?: \d{4})? (started|began|begun|kicked off)(?![a-z])"
)
_BEGAN = frozenset(("filler", "began"))
"""since Q3 started: since Q3; nothing else began."""
_BOTH_SIDES = re.compile(
    "一(?:边|侧|头)(?:是|放|按|用|为)?(?=.{1,12}一(?:边|侧|头))|(?<=[^一])一(?:边|侧|头)(?:是|放|按|用|为)?(?=[^一]{2,12}$)"
)
"""一边大区一边工单类型."""
_ROWS = re.compile(
    "一行(?:一个|放一个|写一个|是一个)(?=[^一]{2,8}(?:[,，。;；]|$))|一[个家种类](?=[^一,，。;；\\s]{2,6}(?:列|占|写|放|出)?一[行列条])"
)
"""一行一个会员等级, 一个大区列一行."""
_PUT_ON = re.compile("(?:放|摆|写|做|作|当)(?:在|到|成)?(?:行|列|横轴|纵轴|横向|纵向|左边|上边)(?:上|里|头)?(?=[,，。;；\\s]|$)")
"""品类放行上，渠道放列上."""
_ROW = re.compile("(?<=[^每一])(?:列|占|写|放|出)?一[行列条](?=[,，。;；\\s]|$)")
_TABLE = re.compile(r"行.{1,10}列.{1,10}")
_SIDES = re.compile(
    r"(?:(?<=[\s,，;；:：、。用])|^)[横竖纵]?(?:着|向|轴)?[行列](?:上|头|里)?(?:是|放|用|为|摆|写|做)?(?!出|下|个|表|一|举|份|张|成|单|清|名)"
)
_CELLS = re.compile(r"(?:格子|单元格|中间|里面|值|内容)?里?(?:填|放|写)(?:上|的是|入)?(?=[^,，。]{2,})")
"""交叉表 行品类 列渠道 填销售额: what stands on the sides of a table and what in its cells."""
SHOWN = frozenset(("filler",))
_ADDED = frozenset(("add", "also"))
_GROWN = frozenset(("grow",))
_APIECE = frozenset(("each_other",))
_FALLING = frozenset(("descending",))
_RISING = frozenset(("ascending",))
_SIDE = frozenset(("by",))
_ASKED = frozenset(("define",))
_DECIDES = "(?:界定|认定|判定|判断|划分|定义|计算|统计|衡量|区分|评定|[算定划判圈打评认归切标贴])"
_DEFINES = re.compile(
    "(?:到底|究竟|具体|又|都)*是?(?:(?:按照?|凭|依据?|根据|基于|以|用|照|拿)着?(?:什么|啥|哪些?个?|哪种|怎样的?|多少)样?的?"
    "(?:标准|条件|规则|口径|依据|逻辑|算法|办法|方法)?(?:来|去|给)?|(?:怎么|咋|如何|怎样)(?:来|去|给|就|才|个)?)"
    f"{_DECIDES}(?:出来|上去|上|成|进去)?(?:的|法)(?!人|客|会|用)"
)
"""按什么标准划的, 怎么判出来的: how something is defined."""
_BESIDE = re.compile("旁边(?:再|也|同时)?[放摆带附加列标](?:上|个|一下|着)?(?:一列)?|(?<=[^一-二])[放摆列](?:在|到)?旁边")
"""旁边放上Q1: what is shown beside what is shown already, to be compared."""
_VERSUS = frozenset(("versus",))
_HOW_LONG = re.compile(
    "(?:到底|究竟|具体)?(?:是|指|算)?(?:几|多少|多久|多长时间|几个)(?:分|天|次|单|个月?|元|块|年)?(?:以?[上内下])?.{0,6}?(?:才|就)?算(?:是|作)?(?!下来|一下|了|出|上)"
    "|(?:(?:到底|究竟|具体|是|指)+(?:几|多少|多久|多长时间)(?:天|个月)?|(?<!平均)(?:几|多少|多久|多长时间)(?:天|个月)?(?=.*的$))"
    "没(?:有)?(?:来|买|动静|下单|登录|消费|活动|活跃|互动)(?:过|了)?的?$"
)
"""几分算满意, 沉睡客户到底是多久没动静的: where the limit of a definition lies."""
_MEETS = re.compile(
    "(?:要|得|需要?|必须)?(?:达到|满足|符合|具备|够)(?:了|到)?(?:什么|啥|哪些?|怎样的?|多少)样?的?(?:标准|条件|要求|门槛|水平|程度|规则)?"
    "(?:才|就)?(?:能|会|可以)?(?:叫做?|算(?:是|作)?|称为|称作|成为|被?归为|划为|是)"
)
"""达到什么标准才叫: how something is defined."""
_BY = re.compile("按.{1,8}?(来?(?:计?算|计|衡量|统计|论|说)(?:的话)?)(?=[,，;；。\\s]|$)")
"""按件数算: by what, said with a verb."""
_EITHER = re.compile(
    "(高|低|多|少|好|差|大|小|快|慢|强|弱|贵)((?:一?些|一?点)?还是).{1,8}?(\\1)(?:一?些|一?点)?(?=[?？吗呢啊,，。]|$)"
)
"""是APP高还是小程序高: which of the two."""
_OR = frozenset(("or",))
_COMPARED = frozenset(("comparative",))
_FIRST = re.compile(
    "(?:([增涨升]得?)|[卖花买]得?|(?<=[得率额量数值]))(快|多|猛|高|大|好|狠|厉害|慢|少|低|小|差)的?"
    "(?:放|排|列|摆)?在?最?(?:前面?|前头|上面|头里)"
)
"""增得快的放前面: in which order."""
_PACE_FIRST = re.compile("(?<![^\\s,，。;；、])(快|慢)的(?:放|排|列|摆)?在?最?(?:前面?|前头|上面|头里)")
_SLOW_FIRST, _FAST_FIRST = frozenset(("slowest",)), frozenset(("fastest",))
"""慢的放前面: what took longest first."""
_ADDS = re.compile("[也再还].*[带附加捎放列写补]")
"""也一并带上, 也一起放上来: shown as well, beside what was shown before."""


def find_phrases(line: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The spans of a normalised text that are such phrases, with the operators that they are, in the order of the patterns."""
    yield from _english(line)
    if not line.isascii():
        yield from _chinese(line)


def _chinese(line: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    if _TABLE.search(line):
        yield from ((*match.span(), _SIDE) for match in _SIDES.finditer(line))
        yield from ((*match.span(), SHOWN) for match in _CELLS.finditer(line))
    if len(found := list(_BOTH_SIDES.finditer(line))) > 1:
        yield from ((*match.span(), _SIDE) for match in found)
    if len(found := list(_PUT_ON.finditer(line))) > 1:
        yield from ((*match.span(), _BEHIND) for match in found)
    rows = list(_ROWS.finditer(line))
    yield from ((*match.span(), _SIDE) for match in rows)
    yield from ((*match.span(), SHOWN) for match in _ROW.finditer(line) if rows)
    yield from ((*match.span(), _ASKED) for match in _DEFINES.finditer(line))
    yield from ((*match.span(), SHOWN) for match in _UNCHANGED.finditer(line))
    yield from ((*match.span(), _SWAPPED) for match in _PUT_INSTEAD.finditer(line))
    yield from ((*match.span(), _VERSUS) for match in _BESIDE.finditer(line))
    for limit in (_MEETS, _HOW_LONG):
        yield from ((*match.span(), _ASKED) for match in limit.finditer(line))
    yield from ((*match.span(1), SHOWN) for match in _BY.finditer(line))
    for match in _EITHER.finditer(line):
        yield match.start(1), match.end(2), _OR
        yield *match.span(3), _COMPARED
    for match in _FIRST.finditer(line):
        order = _FALLING if match[2] in "快多猛高大好狠厉害" else _RISING
        yield *match.span(), order | _GROWN if match[1] else order
    yield from ((*match.span(), _SLOW_FIRST if match[1] == "慢" else _FAST_FIRST) for match in _PACE_FIRST.finditer(line))
    for pattern in _PHRASES:
        for match in pattern.finditer(line):
            if match.end() - match.start() > 1 or match[0] == "没":  # 多了没: a question
                shown = _LISTED if _HANDS_OVER.search(match[0]) else SHOWN
                yield *match.span(), _ADDED if _ADDS.match(match[0]) else shown


_HANDS_OVER = re.compile("[列导]出来(?![看瞧])")
_LISTED = frozenset(("filler", "list"))
"""列出来给我, as 列出来 is."""


_PARTED = re.compile(
    r"(?<![a-z])((?:leave|leaving|take|taking|filter|filtering|strip|stripping|kick|throw|cut|cutting|weed|rule)) "
    r"[^,.;:?!()]{2,40}? (out|off|away)(?![a-z])"
)
_DOWN = r"(?:down(?: the (?:side|left))?|as (?:the )?rows|(?:in|on|for) (?:the )?rows|on the (?:left|side))"
_ACROSS = r"(?:across(?: the top)?|as (?:the )?col(?:umn)?s|(?:in|on|for) (?:the )?col(?:umn)?s|on (?:the )?top|along the top)"
_GRID = re.compile(
    rf"(?<![a-z])(?:(?P<a>{_DOWN})(?= ?[,;]| and |$).{{1,60}}?(?P<b>{_ACROSS})|(?P<c>{_ACROSS})(?= ?[,;]| and |$).{{1,60}}?(?P<d>{_DOWN}))"
    r"(?![a-z])"
)
_ENDS_FIRST = re.compile(
    r"(?<![a-z])(highest|biggest|largest|greatest|lowest|smallest|most|fewest|longest|shortest|oldest|newest|latest|earliest)"
    r" (?:[a-z]+|[0-9]+-day)(?: [a-z]+){0,2}?"
    r"(?: (?:in|over|during|for|within) (?:the |their )?(?:last|past|previous) [0-9a-z]+ [a-z]+)? (first)(?![a-z])"
    r"(?! (?:order|purchase|time|response|contact|visit|half|quarter|week|month|year|day))"
)
_LOW_ENDS = ("lowest", "smallest", "fewest", "shortest", "oldest", "earliest")
"""highest spend first: an order, with what orders in the middle."""
_TAKEN = re.compile(
    r"(?<![a-z])(with) (?:the |all )?(?!a |an |no )[^,.;:?!()]{2,40}? "
    r"((?:taken|left|stripped|filtered|thrown|cut|carved|kept) (?:out|off|away)|excluded|removed|deducted)(?![a-z])"
)
"""with the store channel taken out."""
_MEETING = re.compile(
    r"(?<![a-z])what (?:conditions?|criteria|requirements?|thresholds?|rules?|does|do|must|has|have)[^,.;:?!()]{0,40}?"
    r"(?:meet|satisfy|fulfil|fulfill|hit|pass|do|have)(?: (?:to|in order to|before they))? (?:be|get|count|become|qualify|being)"
    r"(?: (?:called|labelled|labeled|tagged|classed|classified|considered|counted|put|as|into|in))*(?: as)?(?= )"
)
"""what conditions does a customer have to meet to get tagged as: how something is defined."""
_EACH_OF = re.compile(r"(?<![a-z])each of (?=the |our )")
_EACH_BY = re.compile(r"(?<![a-z])([a-z]{4,}) by (?=\1(?![a-z]))")
"""region by region."""
_BOTH_SHOWN = re.compile(
    r"(?<![a-z])(?:(?:show|list|give|include|print) )?(?:me )?both "
    r"(?:years|quarters|months|weeks|periods|sides|amounts|values|figures|numbers)"
    r"(?:'|’)?s?(?: figures| numbers| values| amounts| totals)?(?: too| as well)?"
    r"(?:,? (?:and|plus|with) the (?:percentage|percent|relative|%) (?:change|growth|difference))?(?= ?(?:[,;.!?]|please|$))"
)
_ONE_SHOWN = re.compile(
    r"(?<![a-z])(?:(?:i )?(?:only|just) (?:need|want) )?(?:the |just the |just )?one (?:single )?(?:percentage|number|figure|value)"
    r"(?: (?:is|will be|would be) (?:fine|enough|ok|okay|all i need)| will do| only)?(?= ?(?:[,;.!?]|please|$))"
)
"""Show both years' figures too; one percentage is fine: how much of the answer is to be seen."""
_NOT_SHOWN = re.compile(
    r"(?<![a-z])(?:and )?not (?:just )?(?:as )?(?:a |the |an )?(?:plain |raw |absolute )?"
    r"(?:heads?|headcount|head count|counts?|numbers?|percentages?|amounts?|yuan|money|values?)(?= ?(?:[,;.!?]|please|$))"
)
_WITH_NUMBER = re.compile(
    r"(?<![a-z])with (?:the|its|their) (?:scores?|rates?|numbers?|figures?|values?|amounts?)(?= ?(?:[,;.!?]|please|$))"
)
"""the rate, not heads; lowest first, with the score: what the number is, which is named elsewhere."""
_THAT_NUMBER = frozenset(("filler", "that_value"))
_EACH_NUMBER = re.compile(
    r"(?<![a-z])(?:(?:give|show|tell|list)(?: me)? )?(?:the|their|its) (?:rates?|numbers?|figures?|scores?|values?|amounts?)"
    r" (?:for|of) each(?: one| of them)?(?= ?(?:[,;.!?]|please|$))"
)
"""Give me the rate for each: what was asked for, of each of those asked about."""
_HOW_MADE = re.compile(
    r"(?<![a-z])(how(?: exactly)?(?: is| was| are| were| do you| did you| does it| do we)?) [^?!.,;]{0,40}?"
    r"(worked out|calculated|computed|derived|arrived at|put together|come up with|defined)(?![a-z])"
)
"""how exactly is that figure worked out: a definition."""
_HEADING = re.compile(
    r"^(?:quick |new )?(?:win-?back|retention|re-?activation|recall|mailing|newsletter|outreach|crm) "
    r"(?:pull|list|audience|batch|round|target(?:ing|s)?|segment|selection|export|data pull)(?= ?:)"
)
"""winback pull: what a list is for, in front of what is to be on it."""
_BACK = re.compile(r"(?<!came )(?<!come )(?<!coming )(?<!comes )(?<![a-z])back (?=in (?:19|20)\d\d)")
_AGAIN = re.compile(r"(?<![a-z])what (?:was|were|is|are) [^?!.,;]{3,60}?( again)(?= ?[?!.]?$)")
_SAME_BUT = re.compile(
    r"(?<![a-z])(?:the )?same(?: (?:list|thing|report|table|numbers?|cut|view|question|again))?,? (?:but )?(?:only )?(?:for|with|in)(?= )"
)
_GOES_ON_FROM = frozenset(("filler", "what_about"))
"""same list but for women: nothing is left out."""
_TO_PICK = re.compile(
    r"(?<![a-z])to (?:filter|segment|slice|select|pick|target|group|split)(?: (?:our |the )?(?:members|customers|people|users|them))?"
    r"(?: (?:on|by|with))?(?= ?[?.!]?$)"
    r"|(?<![a-z])to (?:build|make|create|define|set up|put together) (?:an? |my |our )?(?:[a-z]+ )?"
    r"(?:audiences?|segments?|lists?|groups?)(?= ?[?.!]?$)"
)
"""what tags do we have to filter members on: what they are for."""
OUT = frozenset(("except", "drop"))
_BEHIND = frozenset(("by_after",))


def _english(line: str) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Verbs in two parts, what they leave out between them; the sides of a table behind what stands on them."""
    for match in _PARTED.finditer(line):
        yield *match.span(1), OUT
        yield *match.span(2), SHOWN
    yield from ((*match.span(2), _RISING if match[1] in _LOW_ENDS else _FALLING) for match in _ENDS_FIRST.finditer(line))
    for match in _TAKEN.finditer(line):
        yield *match.span(2), OUT
    yield from ((*match.span(), _ASKED) for match in _MEETING.finditer(line))
    yield from ((*match.span(part), _ASKED) for match in _HOW_MADE.finditer(line) for part in (1, 2))
    yield from ((*match.span(), _SIDE) for match in _EACH_BY.finditer(line))
    yield from ((match.start(), match.end() - 1, _APIECE) for match in _EACH_OF.finditer(line))
    for pattern in (_FOR_A_SLIDE, _BACK, _BOTH_SHOWN, _ONE_SHOWN, _NOT_SHOWN, _TO_PICK, _EACH_NUMBER, _HEADING):
        yield from ((*match.span(), SHOWN) for match in pattern.finditer(line))
    yield from ((*match.span(), _GOES_ON_FROM) for match in _SAME_BUT.finditer(line))
    yield from ((*match.span(), _THAT_NUMBER) for match in _WITH_NUMBER.finditer(line))
    yield from ((match.start(1) + 1, match.end(1), SHOWN) for match in _AGAIN.finditer(line))
    yield from ((*match.span(1), _BEGAN) for match in _SINCE_IT_BEGAN.finditer(line))
    for match in _GRID.finditer(line):
        yield from ((*match.span(side), _BEHIND) for side in ("a", "b", "c", "d") if match[side])
