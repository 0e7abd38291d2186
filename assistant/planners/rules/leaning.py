"""Whether a message leans on the one before it, and what in it says how: 那…呢, only …, drop the …, their ….

In: a `Reading`. Out: yes or no.
"""

import re
from itertools import pairwise

from assistant.planners.rules.adding import THEIRS, adds_beside
from assistant.planners.rules.amongst import asks_what_share_that_is, names_only_people
from assistant.planners.rules.clauses import describes_people
from assistant.planners.rules.drilling import is_by, of_some_two
from assistant.planners.rules.kin import doers
from assistant.planners.rules.out_of_all import asks_of_all
from assistant.planners.rules.per_thing import says_per
from assistant.planners.rules.reading import Reading, is_helping_verb
from assistant.planners.rules.there import says_there
from semantic_layer.query import Aggregate, MetricUse, Records, SemanticQuery

_OPENERS = ("what_about", "only", "drop", "add", "undo", "again", "also", "reverse")
_ORDERING = ("descending", "ascending", "sort", "most", "least", "best", "worst", "fastest", "slowest", "reverse")


def is_follow_up(r: Reading, *, alone: bool) -> bool:
    """Whether a message leans on the query before it. `alone`: it can be read as a question of its own."""
    words = [t for t in r.pieces if t.role == "meaning"]
    if not words:
        return False
    heads = [words[0], *(b for a, b in pairwise(r.pieces) if a.role == "break" and b.role == "meaning")]
    marked = any(t.has("what_about", "only", "drop", "add", "undo", "again") for t in heads) or words[-1].text in (
        "呢",
        "的呢",
        "instead",
        "too",
        "as well",
    )
    marked = marked or (words[-1].has("only") and words[-1].text.isascii() and not words[-1].senses)  # logistics tickets only
    out = words[0].has("except", "drop") and not words[0].is_content and len(words) > 1 and bool(words[1].of("value"))
    marked = marked or out  # 不算广东，重新排前5
    strongly = (
        (words[0].has("swap") and not words[0].is_content)  # 换成二季度的单量
        or words[0].text in ("那", "那么", "and", "what about", "how about", "same", "same for", "and what about")
        or words[-1].text in ("呢", "的呢", "instead")
        or any(a.text == "instead" and b.role == "break" for a, b in pairwise(r.pieces))  # by level instead, and add …
        or (words[-1].has("what_about") and words[-1].text[0] == "也" and not any(t.of("metric") for t in r.tokens))
        or words[0].text in ("make it", "涉及", "涉及到", "都涉及")
        or (words[0].text == "by" and any(t.has("add") and not t.is_content for t in r.pieces))  # by level, and add the responses
        or _asks_on(r)
        or _SHOWN_AS.match(r.text.text) is not None
        or (words[0].has("rest") and not any(t.of("metric") for t in r.tokens))  # 其他几个渠道分别多少
        or _INSIDE.match(r.text.text) is not None
        or _OF_BOTH.search(r.text.text) is not None
        or _ALSO_BY.search(r.text.text) is not None
        or says_there(r)
        or says_per(r) is not None
        or _in_other_units(r)
        or SPLITS.match(r.text.text) is not None
        or any(a.has("only") and a.text.isascii() and not a.senses and b.role == "break" for a, b in pairwise(r.pieces))
        or asks_what_share_that_is(r)
        or MEANT.match(r.text.text) is not None
        or _OF_EACH_SHOWN.match(r.text.text) is not None
        or asks_of_all(r)
        or (words[0].has("i_mean") and any(t.has("share") for t in r.pieces))  # I mean what percent of each region's members
        or (words[0].has("only") and (any(adds_beside(r)) or names_only_people(r)))  # 只看三季度，再加上问卷数
    )
    if not alone or refers(r) or _only_sorts(r) or rather_this(r) or leaves_out(r) or _adds_metrics(r):
        return True
    return strongly or (marked and (not _is_full(r) or _ranks_nothing(r))) or _is_bare(r) or _values_apart(r)


MEANT = re.compile(
    r"(?:(?:sorry|no|nope|oops|ah|oh|actually|wait|well|hmm|hm|ok|my bad|apologies|not quite)[,.! ]+)*(?:i|we) "
    r"(?:meant|was (?:thinking|talking) (?:of|about)|was after)(?: to say)?(?![a-z])"
    r"|(?:不对|哦|噢|抱歉|不好意思|啊|说错了|[,，!！])*我(?:的意思|说的|指的|想问的|要的|问的)(?:是|其实是)"
)
"""sorry, I meant by units sold; 我说的是按件数: of what was asked before, which it puts right."""


_OF_EACH_SHOWN = re.compile(r"(?:那|那么|再看看?|看看?)?[每各]一?[种类](?=平均|的|有多|是多|占|各|分别|都|呢|大概|一共)")
"""每类平均多久才首次响应: of each of the kinds that were shown."""


_OF_BOTH = re.compile(
    r"(?<![a-z])(?:for|of) (?:both|each)(?: of (?:them|those|these))?(?= *[,.?;:]| *$| (?:for|in|this|last|over|since|please|pls) )"
)
"""satisfaction score for both, this year; the refund rate of each for last quarter: of those that were spoken of."""


SPLITS = re.compile(
    r"(?:and |now |ok |then |please )*(?:split|break|broken|cut|slice)(?:n| (?:it|that|them|this|those))?(?: up| down| out)? by(?![a-z])"
)
"""split by the channel the order was placed in: of what was shown, or asked about."""


def only_goes_on(r: Reading) -> bool:
    """Whether a message is of what was shown, or of nothing: split by …, tickets there, 老客呢."""
    if says_per(r) is not None:
        return True  # per order: of what was shown, and no number of orders
    return says_there(r) or SPLITS.match(r.text.text) is not None or FOR_BOTH.search(r.text.text) is not None or _what_of_it(r)


def _what_of_it(r: Reading) -> bool:
    """老客呢: of what was asked about before, and no list of all of them; no number of its own (客单价呢)."""
    words = [t for t in r.pieces if t.role != "break"]
    content = [t for t in r.tokens if t.is_content]
    return words[-1].text in ("呢", "的呢") and len(content) == 1 and not (content[0].of("metric") or content[0].time)


FOR_BOTH = re.compile(r"(?<![a-z])(?:for|of) both\W*$|两[个者]都|两边都")


def _in_other_units(r: Reading) -> bool:
    """sales of both, then in orders: another number of what was shown, and nothing else."""
    content = [t for t in r.tokens if t.is_content]
    return (
        len(content) == 1 and bool(content[0].of("metric")) and re.match(r"(?:and |now )*in (?!total)", r.text.text) is not None
    )


_ALSO_BY = re.compile(r"也(?:是|一样)?(?:按|分)|(?<![a-z])also by(?![a-z])|(?<![a-z])by [a-z]+ (?:too|as well)\W*$")
"""平均多久才首次响应？也按月: of what was shown, which was broken down in the same way."""

_INSIDE = re.compile("(?:请问|那|那么|麻烦)?[这那]?里[面头边]")
"""里头金卡的有多少: of what was asked about."""

_SHOWN_AS = re.compile(
    r"(?:now |and |then |please |pls |can you |could you )*(?:show|give|express|put|turn|make|do) (?:me )?"
    r"(?:that|it|this|them|those|these) (?:as|in|into) |"
    r".*(?<!in )(?<!at )the same (?:thing |numbers? |figures? |rates? |table |view )?(?:for|but)(?![a-z])|"
    r"(?:and |now |then |also )*(?:in|as) (?:a |an? )?"
    r"(?:%|percents?|percentages?|shares?|proportions?|rates?|ratios?)(?![a-z])|(?:都|分别)?各?自?占(?!比)"
)
"""show that as a share of …, in % of all, 占各等级会员的比例: what was shown, in another way."""


def _asks_on(r: Reading) -> bool:
    """转化率呢，分触达渠道: what of something, in front of a stop."""
    return any(a.text.endswith("呢") and b.role == "break" and not a.of("metric") for a, b in pairwise(r.pieces))


def is_of_people(r: Reading, last: SemanticQuery) -> bool:
    """Whether the last answer listed or counted people, as they are."""
    if isinstance(last, Records):
        return last.entity == r.world.model.domain.entity
    counts = isinstance(last, Aggregate) and all(
        isinstance(m, MetricUse) and r.world.counts_people(m.metric) for m in last.metrics
    )
    names = [getattr(m, "metric", "") for m in last.metrics] if isinstance(last, Aggregate) else []
    alone = isinstance(last, Aggregate) and not last.group_by
    return counts and all(r.world.is_timeless(name) or (alone and _counts_who_did(r, name)) for name in names)


def _counts_who_did(r: Reading, metric: str) -> bool:
    """new members in September, buyers: those who did something, of whom a message may say more (how many of them bought)."""
    return any(metric in (r.world.count_of_joining(name), doers(r.world, name)) for name in r.world.model.behaviours)


def adds_columns(r: Reading, last: SemanticQuery) -> bool:
    """带上近一年的消费金额, behind a list: of each of those in it, though it could be asked of all."""
    words = [t for t in r.pieces if t.role == "meaning"]
    adds = bool(words) and words[0].has("add") and not words[0].is_content
    return isinstance(last, Records) and adds and not r.groups and not any(t.has("list", "count") for t in words[1:])


_PEOPLE = re.compile("they|them|their|theirs|他们|她们|他们的|她们的|这些人|这批人|这些人的")
_OF_THEM = re.compile("of (?:these|those|them)(?![a-z])|其中|这里面|那里面")
_ONES = re.compile(r"(?<![a-z])of (?:the|those|these) (?:[a-z-]+ ){1,3}ones(?![a-z])")
"""and how many of these are at risk: of those who were asked about, whoever is named behind; how many of the churned ones are gold?"""


def refers(r: Reading) -> bool:
    """Whether a pronoun stands for who or what was asked about before: their, 这些; not these customers."""
    if any(t.has("refer") and not t.senses and _OF_THEM.match(t.text) for t in r.tokens) or _ONES.search(r.text.text):
        return True
    if any(r.is_person(i) for i in range(len(r.tokens))):
        return False
    again = any(t.has("again_verb") and (t.text[0] in "又再" or t.text.endswith(" again")) for t in r.tokens)
    if again and sum(bool(t.of("behaviour")) for t in r.tokens) == 1:
        return True  # 9月又买女装的有几个: of those who did so before
    both = any(t.has("both") and t.text.isascii() and not t.is_content for t in r.pieces)  # the refund rate of both
    named = any(t.of("value") or t.of("dimension") or t.of("behaviour") for t in r.tokens)
    return _points_back(r) or (both and not named)


_POINTED = re.compile(
    r"\s*(?:那么?[,，]?|请问)*(?:[这那](?:些|几[个家款场位名种类]|[两三四五六七八九十0-9]+[个家款场位名种类])(?!天|日|周|星期|个?月|年|季|小时)|[他她它]们)"
    r"|\s*(?:now |then |and )?(?:split|break|cut) (?:that|it|them|those|these|this(?= by| out| down| up))(?![a-z])"
)
"""这些店上月投诉几件, at the start of a message: of what was shown, and of nothing where nothing was."""


def only_asks_on(r: Reading) -> bool:
    """人数呢, what about orders: a number of what was shown, and of nothing if not of that."""
    if _asks_on(r) or _POINTED.match(r.text.text):
        return True
    words = [t for t in r.pieces if t.role != "break"]  # 转化呢？ as well as 转化呢
    return _is_bare(r) and words[-1].text in ("呢", "too", "as well", "instead")


def _adds_metrics(r: Reading) -> bool:
    """add-to-cart rate 也加上, also click rate and conversion: more numbers of what was shown, and no time of their own."""
    named = [t for t in r.tokens if t.of("metric") and not t.of("entity")]
    others = [t for t in r.tokens if (t.of("entity") and not t.of("dimension")) or t.of("value") or t.of("behaviour")]
    return bool(named) and not others and not any(t.time for t in r.tokens) and any(adds_beside(r))


def sets_a_limit(r: Reading) -> bool:
    """其中同意营销的呢, only the ones in Shanghai: a message that only narrows what was shown before."""
    words = [t for t in r.pieces if t.role != "break"]
    opens = bool(words) and (
        words[0].has("only", "drop", "except", "within") or words[0].text.startswith(("其中", "里面", "这里面"))
    )
    closes = bool(words) and words[-1].has("drop", "except") and not words[-1].is_content  # …的城市去掉
    content = [t for t in r.tokens if t.is_content]
    alone = len(content) == 1 and bool(content[0].of("value") or content[0].of("behaviour"))  # just the complaints
    return (opens or closes) and (alone or not any(t.of("metric") and not t.of("entity") for t in r.tokens))


def narrows(r: Reading) -> bool:
    """Whether a sentence only says what of the one before it is not wanted, or alone is wanted."""
    return sets_a_limit(r) or leaves_out(r)


def rather_this(r: Reading) -> bool:
    """sales instead of orders, 看件数不看金额: one thing in place of another, in what was shown before."""
    return any(t.has("rather_not") and not t.is_content for t in r.pieces)


def leaves_out(r: Reading) -> bool:
    """已退款的单子不算, leaving out cancelled orders, 不到100人的先剔掉: which of the rows before are not meant, and nothing asked."""
    content = [t for t in r.tokens if t.is_content]
    out = any(t.has("except") and not t.is_content for t in r.pieces)
    named = any(t.of("value") for t in content) and all(t.of("value") or t.of("entity") for t in content)
    named = named or (len([t for t in content if t.comparison]) == 1 and not any(t.grain or t.of("value") for t in content))
    return out and named and not any(t.has("count", "list", "share", "by", "which") and not t.is_content for t in r.pieces)


def _only_sorts(r: Reading) -> bool:
    """按客单价排一下, by units instead: an order for what was shown, and nothing to put in order."""
    content = [t for t in r.tokens if t.is_content]
    opens = next((t for t in r.pieces if t.role == "meaning"), None)
    by = opens is not None and opens.text == "by"
    ordered = any(t.has("sort", "descending", "ascending") and not t.is_content for t in r.tokens) or (by and bool(content))
    return ordered and all(t.of("metric") or (t.number is not None and t.number.kind in ("rank", "rank_last")) for t in content)


def leans_on_nothing(r: Reading) -> bool:
    """how many is that, by gender? list them: as the first message; what is counted was only ever named by a pronoun."""
    implied = all(not asked.firm and asked.at >= len(r.tokens) for asked in r.asked)
    pointing = [t for at, t in enumerate(r.tokens) if t.has("refer") and not t.senses and not _resumes(r, at)]
    named = any(r.is_person(at) or describes_people(r, at) for at in range(len(r.tokens)))
    if named and all(t.has("count") or t.text in ("ones", "one", "their") for t in pointing):
        return False  # loyal members minus the promo-sensitive ones, how many are left; 沉睡客户还剩多少个
    listing = r.head == "records" and not r.tests and not any(r.is_person(at) for at in range(len(r.tokens)))
    pointed = _points_back(r) and implied and (bool(r.asked) or listing)
    return pointed or of_some_two(r) or _POINTED.match(r.text.text) is not None


def is_fragment(r: Reading) -> bool:
    """Whether a message without a query before it is a piece of one: 按渠道看, only women, the last list again."""
    return not any(t.of("metric") or t.of("entity") or t.of("segment") or t.has("vague", "how_is", "count") for t in r.tokens)


def _is_full(r: Reading) -> bool:
    """A metric with a breakdown or a period of its own."""
    metric = any(t.of("metric") for t in r.tokens)
    return metric and any(t.time or t.grain or t.has("by") for t in r.tokens)


def _ranks_nothing(r: Reading) -> bool:
    """now the top 5 by units instead: a ranking without anything that is ranked is of what was shown before."""
    ranks = any(t.number is not None and t.number.kind in ("rank", "rank_last") for t in r.tokens)
    return ranks and not any(t.of("dimension") or t.of("entity") or t.of("value") or t.time for t in r.tokens)


def _is_bare(r: Reading) -> bool:
    """Nothing but a metric: complaints; orders, as 订单数 is, but no stores and no customers, which may be meant themselves."""
    content = [t for t in r.tokens if t.is_content and not is_helping_verb(t)]
    if len(content) != 1 or not content[0].of("metric") or any(t.has("by", "define") for t in r.tokens):
        return False
    things = [r.world.model.entities[s.name] for s in content[0].of("entity") if s.name in r.world.model.entities]
    counted = any(t.has("count", "list", "who", "which", "total") for t in r.tokens)
    return not things or (not counted and all(e.name != r.world.model.domain.entity and not e.columns for e in things))


def _values_apart(r: Reading) -> bool:
    """门店和天猫分别看, store and tmall separately: of what was shown, and no count of all."""
    content = [t for t in r.tokens if t.is_content]
    values = bool(content) and all(t.of("value") and not (t.of("metric") or t.of("segment") or t.number) for t in content)
    people = any(r.is_person(i) for i in range(len(r.tokens)))
    counted = any(t.has("count", "people", "how_much") for t in r.tokens)
    return values and not (people or counted) and any(t.has("by", "each_other") and not t.senses for t in r.tokens)


def only_metrics(r: Reading) -> tuple[str, ...]:
    """The metrics of a message that names nothing else; empty for any other."""
    content = [t for t in r.tokens if t.is_content]
    plain = all(t.of("metric") and not t.of("entity") for t in content) and not any(
        t.role == "unread" or t.has("refer", "versus", "share", "why", "define", "neg", "except", *_ORDERING) for t in r.tokens
    )
    return tuple(t.of("metric")[0].name for t in content) if plain else ()


def replaces(r: Reading) -> bool:
    """by month instead, 换成按月看."""
    return any((t.text == "instead" or t.has("swap")) and not t.senses for t in r.tokens)


def stands_alone(r: Reading) -> bool:
    """Whether a message names what it asks about: a metric, things that are counted or listed, a reason."""
    content = [t for t in r.tokens if t.is_content]
    if MEANT.match(r.text.text):
        return False
    if (
        len(content) == 1
        and not content[0].of("metric")
        and content[0].of("value")
        and not r.where("count", "list", "who", "which")
    ):
        return False
    for at, token in enumerate(r.tokens):
        if token.of("metric") or (token.of("entity") and not is_by(r, at)) or r.is_person(at):
            return True
        if token.has("people") and token.has("count") and any(t.is_content for i, t in enumerate(r.tokens) if i != at):
            return True
    deed = any(t.of("behaviour") for t in r.tokens) and any(t.time is not None for t in r.tokens)
    if deed and any(t.has(*_ORDERING) for t in r.tokens) and any(t.of("dimension") and not t.of("value") for t in r.tokens):
        return True  # 上季度各区投诉最多的城市
    counted = any(t.has("count", "list", "who") and not t.is_content for t in r.tokens)
    return counted and any(t.of("value") or t.of("behaviour") for t in r.tokens)


def takes_out(r: Reading) -> bool:
    """Whether a word takes something away that nothing read: remove those who …, where what they are was kept instead."""
    out = any(
        t.has("drop", "except") and not t.is_content and not t.has("filler", "shrink")
        for t in (r.tokens[i] for i in r.where("drop", "except"))
    )
    gone = r.dropped or any(
        getattr(t, "negated", False) or getattr(t, "did", True) is False or getattr(t, "missing", False) for t in r.tests
    )
    return out and not gone and bool(r.tests)


def settle_words(r: Reading) -> None:
    """Words that only say that this goes on from before."""
    for at in r.where(*_OPENERS, "refer", "same_period", "same", "total", "list", "count", "within", "versus"):
        if not r.tokens[at].is_content:
            r.take(at)
    swaps = [at for at in r.where("swap") if not (at and not r.is_break(at - 1)) and not r.tokens[at].text.isascii()]
    r.take(*swaps, *(r.where("i_mean") if MEANT.match(r.text.text) else ()))  # 指标改为打开率, 我的意思是上上个月
    _settle_period(r)


def _settle_period(r: Reading) -> None:
    """时间换成上季度, change the dates to last year: another period, and nothing to compare with."""
    words = [at for at in r.where("period_word") if not r.tokens[at].is_content]
    named = next((t.comparator.period for t in r.tokens if t.comparator is not None and t.comparator.period is not None), None)
    if words and r.period is None and named is not None:
        r.period, r.period_at, r.compare = named, words[0], None
    if r.period is not None:
        r.take(*words)


def read_resumed(r: Reading) -> None:
    """Uses up words that point at what was just described in the same breath."""
    if r.follows is None:
        r.take(*(at for at in r.where("refer") if _resumes(r, at)))


def _resumes(r: Reading, at: int) -> bool:
    """找过客服两次以上的这批客户, 金卡及以上里面: whether a word points at what stands before it, not at the last answer."""
    token = r.tokens[at]
    if token.senses or not token.has("refer"):
        return False
    before = r.step(at, -1)
    if before is not None and r.tokens[before].time is not None and token.text.startswith("那"):
        return True  # 双十一那波GMV
    if _PEOPLE.fullmatch(token.text) and any(r.is_person(i) for i in range(at)):
        return True  # high-value customers: which categories do they prefer?
    if token.has("within") and any(t.is_content for t in r.tokens[:at]):
        return True
    pointed = token.text.endswith(("人", "客户", "会员", "用户"))
    if pointed and before is not None and before == at - 1 and _is_described(r, before):
        return True  # 新品尝鲜这批人
    people = r.is_person(r.step(at, 1)) or pointed or token.text in ("那些", "这些")
    return people and r.text.text[: token.start].rstrip().endswith("的")


def _is_described(r: Reading, at: int) -> bool:
    """Whether a token says what people are like: a value of theirs, a yes-or-no, a segment."""
    flag = any(r.world.model.dimensions[s.name].type == "boolean" for s in r.tokens[at].of("dimension"))
    return flag or r.is_person(at) or describes_people(r, at)


def _points_back(r: Reading) -> bool:
    """Whether a word points at what an earlier answer showed."""
    points = any(t.has("refer") and not t.senses and not _resumes(r, at) for at, t in enumerate(r.tokens))
    return points or any(not t.senses and t.ops and THEIRS.search(t.text) for t in r.tokens)
