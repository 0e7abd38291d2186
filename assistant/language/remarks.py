"""Chinese remarks beside a question that no list of words can hold: 平均容易被大单带偏，…; 第一次做分析，…; …，看看是不是越打越狠了

In: a normalised question and its best cover. Out: the spans of such remarks; none where a value, a time or a limit is said in one that
the rest does not say too. What is set aside is told to the asker, never dropped in silence. Never fails.
"""

import re
from collections.abc import Iterator

from assistant.language.mentions import Cover, Piece
from assistant.language.text import Normalised

Span = tuple[int, int]

_MEAN = "(?:平均(?:数|值|的)?|均值)"
_AGAINST_MEANS = re.compile(
    rf"(?:因为)?(?:只|光|单|仅)(?:看|用|给|说|报){_MEAN}(?:[^,。;!?不没太会看]{{0,2}})"
    r"(?:不行|不够|没用|不准|不靠谱|不全面|不科学|不合理|没意义|看不出(?:来|啥|什么)?|会失真|有偏差|太片面|容易看偏)(?:了|的|啊)?[,。;!]"
    rf"|{_MEAN}(?:很|太|老|总|会|也|最)*(?:容易|会|总是|老是|常常|经常)?被[^,。;!?]{{1,8}}?"
    r"(?:带偏|拉高|拉低|拉偏|抬高|带歪|带高|影响|扭曲|误导|拉上去|拉起来|撑高)(?:了)?[,。;!]"
    rf"|{_MEAN}(?:说明不了(?:什么|啥|问题)|看不出(?:来|啥|什么)|会骗人|骗人|不准|不靠谱|没意义|不可靠|意义不大|不太准|参考性不大)[,。;!]"
)
"""Why a mean is not wanted; what is wanted stands in the rest."""
_IN_FRONT = re.compile(
    r"(?:我|我是|我们)?(?:是)?(?:第一次|头一次|头一回|第一回|初次)(?:来)?(?:做|弄|搞|写|接触|负责|用|跑|拉|看)[^,。;!?]{0,8}?"
    r"(?:分析|报表|报告|复盘|周报|月报|日报|方案|盘点|统计|系统|工具|数据|看板|项目)(?:的)?[,。;!:]"
    r"|(?:你好|您好|hi|hello)?[,，!。 ]*(?:我|我们)?(?:是)?(?:刚刚|刚|才|新)(?:接手|接管|负责|调到|转到|转岗到|来到|加入|管)(?:了)?"
    r"(?:咱们|公司|我们)?(?:的)?(?:售后|客服|会员(?=运营|部|组|线|这块|这边|这摊|工作|业务|团队|中心)|会员运营|用户运营|运营|营销|市场|商品|采购|电商|活动|私域|crm|财务|数据|数据分析|门店运营|品牌运营)"
    r"(?:部门|部|组|线|这块|这边|这摊|工作|业务|运营|岗位|团队|中心)*[,。;!]"
    r"|(?:开|下午|上午|明天|今天|今晚|明早|周一|马上|等下|待会)*(?:店务|早|晨|周|月|例|季度|年|经营|复盘|部门|区域|晨间|工作|运营|管理|启动|誓师)?会"
    r"(?:议)?(?:上|里)?(?:要|急着|等着|着急|急)?用(?:的)?[,:。;]"
    r"|(?:帮我|给我|麻烦|先)?(?:估|算|核|测|摸)(?:一下|个|下)?(?:短信|人群|群发|触达|发券|推送|投放|备货|礼品|礼物|券|名额|预算|发送|样品)"
    r"(?:人数|数|量|用量|成本|规模|费用|费)?[,:]"
    r"|(?:要|得|想)?给(?:代理商|供应商|品牌方|合作方|甲方|乙方|广告公司|代运营|投资人|外包|设计|技术|财务|it)(?:那边|们)?"
    r"(?:做|写|出|发|交|准备|提|弄)(?:个|份|一份|一个)?[^,。;!?:]{1,6}[,:]"
    r"|(?:早上|上午|下午|晚上)?\d{1,2}点(?:半|钟)?(?:就|要|得|马上)*(?:进会议室|开会|汇报|上会|交|述职|去开会|见客户|出发|下班)[,。;!]"
    r"(?:(?:赶紧|快速|先|麻烦|想)*(?:问|请教|确认)(?:你)?(?:一句|一下|下|个|句)[:,])?"
)
_BEHIND = re.compile(
    r"[,。?!;](?:我|我们)?(?:就)?(?:想|要|主要想)?(?:看看|看下|看一下|看|知道|确认下?|判断下?)?(?:一下)?(?:到底)?(?:是不是|有没有)"
    r"(?:真的|在|又|已经|都)*(?P<course>越来越[^,。?!;\d]{1,3}|越[^,。?!;\d]{1,2}越[^,。?!;\d]{1,3}|变好|变差|变慢|变快|好转|恶化|起色|改善)(?:了|吗|呢|啦)*[。?!]?$"
    r"|[,。?!;](?:快|快快快|快快|速速|急)[!。~]*$"
    r"|(?<=名单)(?:去|来|好|要|拿去|准备)*(?:做|用来做|用于)(?:一轮|一波|一次|个|下)?(?:电话|短信|定向|会员|老客|客户)?"
    r"(?:回访|外呼|召回|触达|推送|调研|关怀|邀约|维护|挽回|促活|唤醒|跟进|安抚|挽留)(?:用)?(?:的)?[。!]?$"
    r"|[,。;!](?:我)?(?:自己)?(?:不会|不太会|不怎么会|不知道怎么)(?:查|算|弄|用|操作|写|做|拉|统计|搞)(?:的|啊|呀)?(?=[,。;!?])"
)


def remarks(text: Normalised, cover: Cover) -> tuple[Span, ...]:
    """The spans of a question that only say why it is asked, or how fast."""
    found = [span for span in _spans(text.text, cover) if not _limits(cover, span)]
    found += [
        f.span() for f in _USE.finditer(text.text) if not any(_sets(p) for p in cover if f.start() < p.end and p.start < f.end())
    ]
    rest = [p for p in cover if not any(p.start >= a and p.end <= b for a, b in found)]
    asks = any(p.senses for p in rest)
    return tuple(found) if asks else ()


def _spans(line: str, cover: Cover) -> Iterator[Span]:
    against = _AGAINST_MEANS.match(line)
    if against is not None and any(p.has("median", "avg", "distribution") for p in cover if p.start >= against.end()):
        yield against.span()
    front = _IN_FRONT.match(line)
    if front is not None:
        yield front.span()
    for behind in _BEHIND.finditer(line):
        split = any(p.grain is not None or p.has("trend") for p in cover if p.end <= behind.start())
        if behind["course"] is None or split:  # without a unit of time how it went is what is asked for
            yield behind.start() + (line[behind.start()] in ",。?!;"), behind.end()


_USE = re.compile(
    r"(?<=[,.?!;—])[ -]*so (?:that )?(?:i|we)(?:'ll| can| will| could)? (?:know|understand|learn|find out|work out|figure out)"
    r" (?:where|why|how|what|who) [^,.?!;]+[.!]?$"
    r"|(?<=[,.?!;—])[ -]*(?:so (?:that )?)?(?:i|we)(?:'d like| want| need| would like|'ll need|'re going| plan)? ?"
    r"(?:to |can |will |should )"
    r"(?:leave|keep|take|exclude|skip|suppress|hold) (?:them|these|those|these people|those people)(?: out| off)?"
    r" (?:of|from|in|for) (?:the |our |my |this |any )?(?:(?:next|upcoming|coming|new|following) )?"
    r"(?:send|mailing|mail-?out|campaign|newsletter|blast|push|email|sms|text|round|wave|outreach)s?[.!]?$"
    r"|(?<=[,。!;?])(?:我|我们)(?:就|先|要|想|好|再)*(?:对|看|把握|感受|摸|捋|理|核)(?:一?下|一?对|一?看)?[^,。;!?]{0,8}?"
    r"(?:节奏|走势|感觉|形势|势头|脉络)[。!]?$"
)
"""What the answer is used for, behind the question; it names no time and no number."""


def _sets(p: Piece) -> bool:
    """Whether a word of such a clause could set a condition all the same."""
    return (
        p.time is not None
        or p.comparison is not None
        or p.number is not None
        or p.grain is not None
        or p.has("only", "by", "per_group")
    )


def _limits(cover: Cover, span: Span) -> bool:
    """Whether a remark names a value, a time or a limit that the rest does not."""
    inside = [p for p in cover if p.start >= span[0] and p.end <= span[1]]
    timed = any(p.time for p in cover if p not in inside)
    if any(p.time and p.text not in _TODAY and not timed for p in inside):
        return True  # 第一次做9月分析，…
    named = {(s.name, s.value) for p in cover if p not in inside for s in p.of("value")}
    return any(_is_limit(p) for p in inside) or any(
        p.of("value") and _JOB.search(p.text) is None and not {(s.name, s.value) for s in p.of("value")} & named for p in inside
    )


_JOB = re.compile("售后|客服|退货|退款|短信|高|低|大|快|慢|好|差|推送|微信")
"""Words of a job, of a channel and of a size, which in a remark are no values."""


_TODAY = ("今天", "今晚", "明天", "明早", "上午", "下午", "早上", "晚上", "周一")
"""When the meeting is, and not what is asked about."""


def _is_limit(p: Piece) -> bool:
    return p.comparison is not None or bool(p.of("segment"))
