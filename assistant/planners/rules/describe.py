"""Questions about the model itself: what a metric means, what there is, what can be asked.

In: a `Reading` before any pass has used a token. Out: a `Description`, or None where numbers are asked for. A definition is asked
where a defining word stands beside names and nothing else: with a period or a breakdown it is a question about data.
"""

import json
import re
from collections.abc import Sequence

from assistant.planners.rules.catalogue import catalogued
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.how_made import how_made
from assistant.planners.rules.kin import doers, names_of
from assistant.planners.rules.reading import Reading, is_harmless, is_helping_verb
from assistant.planners.rules.topic import ASKS, HOW_MANY, is_about_data, named_places, topic
from assistant.qa import Description
from semantic_layer.query import Aggregate, MetricUse, Predicate, Records, SemanticQuery

_LISTED = {
    "metric_word": "metrics",
    "dimension_word": "dimensions",
    "tag_word": "tags",
    "segment_word": "segments",
}
_BARE = re.compile(
    r"^(?:what is|what's|whats|what are|what does|define|explain|describe|解释一下|解释|什么是|什么叫|啥是|啥叫)\s?(?:an? )?"
)


_THEIR_KIND = re.compile(
    r"(?:[他她它]们|这些人|这批人|这些客户)(?:都|主要|大多)*(?:是|属于)(?:什么|哪些?|啥)(?!意思|定义)"
    r"|(?:什么|啥)时候|(?<![a-z])what (?:\w+ ){1,3}are they(?![a-z])"
)
"""哪些客户投诉了三次以上, then 他们是什么等级: of those people, and no definition."""


def description(r: Reading, last: SemanticQuery | None = None) -> Description | None:
    """What the question wants described. `last`: the query before it."""
    if last is not None and _THEIR_KIND.search(r.text.text):
        return None
    listed = catalogued(r) or _ways(r) or _catalogue(r) or topic(r)
    return listed or _contents(r) or _definition(r) or how_made(r, last) or _values(r) or _help(r)


_BY_WHAT = re.compile(
    r"(?<![a-z])what (?:else |sorts? of things |kinds? of things |things |all )?(?:can|could) (?:i|we|you"
    r"|it be) (?:\w+ ){1,5}(?:by|on|along|into)\s*\??$"
    r"|by (?:what|which) (?:can|could) (?:i|we)"
    r"|(?:which|what|in what|in which|how many) ways (?:can|could) (?:i|we|you) (?:slice|cut|split|break|dice)"
    r"|(?<![a-z])how (?:can|could) (?:i|we) (?:slice|cut|split|break down|dice) [a-z ]+?\??$"
    r"|(?<![a-z])how can [a-z ]+? be (?:sliced|cut|split|broken down)\s*\??$"
    r"|(?:可以|能|还能|都能)(?:按|从)(?:什么|哪些|哪几个|啥)(?:维度|角度|方面|口径)?(?:来)?(?:看|拆|分|拆分|细分|分析|切|统计)"
    r"|(?:可以|能)(?:怎么|如何)(?:拆|切|细分|拆分|拆解)(?:着看|开看|来看)?[?？]?$"
)


def _ways(r: Reading) -> Description | None:
    """what can I split sales by, 销售额可以按哪些维度看: what there is to break down by."""
    asked = _BY_WHAT.search(r.text.text) is not None and not is_about_data(r)
    return Description("dimensions") if asked else None


def defined_before(r: Reading, last: SemanticQuery | None) -> Description | None:
    """这个怎么算的, how exactly is that figure worked out: what the last answer measured."""
    asks = any(not r.tokens[at].is_content for at in r.where("define"))
    points = any(t.has("refer") or t.text in _POINTING for t in r.pieces)
    points = points or any(_POINTS.search(r.tokens[at].text) for at in r.where("define"))
    named = [t.text for t in r.tokens if t.is_content or t.role == "unread" or t.has("grow", "shrink")]
    if not isinstance(last, Aggregate | Records) or not asks or named or not points:
        return None
    metrics = tuple(m.metric for m in last.metrics if isinstance(m, MetricUse)) if isinstance(last, Aggregate) else ()
    if all(map(r.world.counts_people, metrics)) and (told := _who_they_are(r, last)) is not None:
        return told
    return Description("define", metrics, None) if metrics else None


_HOW_IS_THAT = re.compile(
    r"(?:and |so |ok |also )*how (?:exactly )?(?:is|was|do you|did you) (?:that|this|it)(?: one| figure| number| rate)?"
    r" (?:calculated?|worked? out|defined?|computed?|measured?|counted?)\s*[,?.;:]"
    r"|(?:那)?[这那]个(?:数|率|指标|数字)?(?:是)?怎么(?:算|统计|定义|计算)(?:出来)?的?[,，?？;；]"
)
"""and how is that calculated, do cancelled orders count?: what is asked behind it is what the definition says."""


_IN_THAT = re.compile(
    r"(?:and |so |but )*(?:are|is|do|does|were) (?:the )?[a-z ]{3,40}? (?:counted|included|in|part of|count|counting)(?: in)?"
    r"(?: there| that| this| it| here)(?: number| figure| rate| too)?\W*"
    r"|(?:那)?(?:这|那|这里|里面|其中)?个?(?:数|率|数字|指标)?(?:里面?|中)?(?:包不包含|包不包括|含不含|包含|包括|含)了?.{2,10}(?:吗|么|没|没有)[?？]*"
)
"""are cancelled orders counted in that?: what the number is made of, which its definition says."""


def _of_what_was_shown(last: Aggregate) -> Description | None:
    measured = tuple(m.metric for m in last.metrics if isinstance(m, MetricUse))
    return Description("define", measured, None) if measured else None


def defined_of_shown(r: Reading, last: SemanticQuery | None) -> Description | None:
    """活动转化率…, then 这里的转化率是怎么定义的: the one metric that was shown and ends so, and no other that goes by the short word."""
    content = [t for t in r.tokens if t.is_content]
    asks = any(not r.tokens[at].is_content for at in r.where("define"))
    named = [t.text for t in r.tokens if t.is_content or t.role == "unread" or t.has("grow", "shrink")]
    told = _who_they_are(r, last) if isinstance(last, Aggregate | Records) and asks and named else None
    if told is not None and _is_called(r, told, named):
        return told  # customers with high churn risk, then what does high mean: no other tag's high
    if isinstance(last, Aggregate) and content and _IN_THAT.fullmatch(r.text.text.strip()):
        return _of_what_was_shown(last)
    if isinstance(last, Aggregate) and asks and content and _HOW_IS_THAT.match(r.text.text.strip()):
        return _of_what_was_shown(last)
    if not isinstance(last, Aggregate) or not asks or len(content) != 1 or not content[0].of("metric"):
        return None
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    if {s.name for s in content[0].of("metric")} & set(shown):
        return None
    ends = [n for n in shown if any(word.endswith(content[0].text) for word in names_of(r.world, n))]
    return Description("define", (ends[0],), None) if len(ends) == 1 else None


def _who_they_are(r: Reading, last: Aggregate | Records) -> Description | None:
    """how many early adopters are there, then what does that mean: the one tag by which they were chosen."""
    chosen = [p for p in parts_of(last.where) if isinstance(p, Predicate) and r.world.model.dimensions[p.member].tag]
    if len(chosen) != 1 or chosen[0].op != "=" or len(chosen[0].values) != 1:
        return None
    value = chosen[0].values[0]
    return Description("define", (chosen[0].member,), str(value))


def _is_called(r: Reading, told: Description, words: list[str]) -> bool:
    """how many lost customers, then what do you mean by lost: the words stand in a name of those that were chosen."""
    model = r.world.model
    tag = told.members[0]
    value = next((v for v in model.dimensions[tag].values if str(v.value) == told.value), None)
    conditions = {name: json.loads(s.where) for name, s in model.segments.items()}
    alike = [name for name, c in conditions.items() if c.get("member") == tag and c.get("values") == [told.value]]
    segments = [model.segments[name] for name in alike]
    names = [n for m in (value, *segments) if m is not None for n in (m.label.zh, m.label.en, *m.synonyms.zh, *m.synonyms.en)]
    line = " ".join(names).lower()
    return all(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", line) for word in words)


_POINTING = ("这个", "那个", "它", "that", "this", "it", "that figure", "this figure", "that number", "this number", "that rate")


_POINTS = re.compile(r"(?<![a-z])(?:that|it|this)(?![a-z])")
"""how do you work that out"""


_WHICH_WAY = re.compile(
    r"还是|分[母子]|含不含|包不包|算不算|[是按].{1,8}算|(?<![a-z])(?:or|denominator|numerator|does it include|is it)(?![a-z])"
)
"""折扣率咋算的，分母是原价还是实付: a second clause that asks which of two ways, which the definition says."""


def loose_definition(r: Reading) -> Description | None:
    """When the dashboard says a customer is at risk, what does that actually mean: a defining word and one name, among other words.

    A definition gives no number that a word passed over could have changed."""
    if (listed := _loose_catalogue(r)) is not None:
        return listed
    words = [at for at in r.where("define") if not r.tokens[at].is_content and not r.tokens[at].has("how_is", "how_much")]
    if not words or is_about_data(r) or r.where("why"):
        return None
    ends = next((i for i in range(words[0], len(r.tokens)) if r.is_break(i)), len(r.tokens))
    whole = named_places(r)
    ways = _WHICH_WAY.search(r.text.text[r.tokens[words[0]].end :]) is not None
    asked = [at for at in whole if at < ends or r.metrics(at)] if ways else whole  # is it not the same thing as AOV? That one too
    named = [at for at in asked if not r.is_person(at) or r.value_options(at)]
    named = [at for at in named if not all(s.kind == "behaviour" for s in r.tokens[at].senses)]
    tags = [
        at for at in named if any(r.world.model.dimensions[d].tag for d, _ in r.value_options(at)) or r.tokens[at].of("segment")
    ]
    if not 1 <= len(named) <= 1 + ways or not (tags or r.metrics(named[0])):
        return None
    members, value = _members(r, asked)
    entity = r.world.counts.get(r.world.model.domain.entity)
    members = tuple(m for m in members if m != entity)
    return Description("define", members, value) if 1 <= len(members) <= 1 + ways else None


def _loose_catalogue(r: Reading) -> Description | None:
    """跟钱有关的指标你这儿都有哪些: a word for a kind of member and what asks for all of them, among other words, and no data."""
    kinds = [what for op, what in _LISTED.items() if any(not r.tokens[at].is_content for at in r.where(op))]
    asks = any(t.has("which", "exists") and not t.is_content for t in r.tokens)
    named = any(t.of("metric") or t.of("value") or t.of("behaviour") or t.of("segment") for t in r.tokens)
    told = is_about_data(r) or named or any(t.has("by", "per_group", "count", "why", "most", "least") for t in r.tokens)
    return Description(kinds[0]) if len(kinds) == 1 and asks and not told else None  # type: ignore[arg-type]


_WHAT_FOR = re.compile(
    r" (?:when (?:i|we) |(?:for|to|in order to) )(?:build|mak|creat|cut|defin|set)[a-z]*(?: up)? (?:an? |my |our |the )?"
    r"(?:segments?|audiences?|lists?|groups?)\W*$"
)
"""what tags can I use when I build a segment: what for, which asks for nothing."""


def _catalogue(r: Reading) -> Description | None:
    for op, what in _LISTED.items():
        for at in r.where(op):
            token = r.tokens[at]
            if token.is_content or is_about_data(r):
                continue
            asks = any(t.has(*ASKS) for i, t in enumerate(r.tokens) if i != at)
            people = [i for i in named_places(r) if r.is_person(i) and not r.value_options(i)]  # of all, and not of gold members
            others = [i for i in named_places(r) if i not in people and not (what == "dimensions" and r.metrics(i))]
            for_what = _WHAT_FOR.search(r.text.text)
            aside = [i for i, t in enumerate(r.tokens) if for_what is not None and t.start >= for_what.start()]
            if asks and at not in aside and not set(others) - set(aside) and not _strangers(r, at, *aside):
                return Description(what)  # type: ignore[arg-type]
    return None


_CONTAINS = re.compile(
    r"(?:包含|包括|含|算上|算不算|包不包|含不含|计入|算进|剔除|扣除|扣掉|刨除|刨掉).{1,8}(?:吗|么|没|没有)[?？]?$|是否(?:包含|包括|含|算)|[含包]不[含包]|算不算"
    r"|(?<![a-z])(?:do|does|is|are)(?![a-z]).*(?<![a-z])(?:include|exclude|contain|net of|gross of)(?![a-z])"
    r"|(?<![a-z])(?:do|does) .* count (?:the )?[a-z ]+(?:as|in)(?![a-z])|^(?:does|do) (?!we |you |they )[a-z ]+? count [a-z ]+\??$"
)


_INCLUDED_IN = re.compile(
    r"(?:and |so )?(?:(?:are|is) (?:the )?[a-z ]{3,40}? (?:included|counted|part of)(?: in)?"
    r"|(?:do|does) [a-z ]{3,40}? count (?:in|towards?|against)) (?=[a-z])"
)
"""are refunded orders included in sales?: of the metric behind it, what it is made of."""


def _contents(r: Reading) -> Description | None:
    """销售额包含退款吗, does revenue include refunds: what the first metric is made of, which its definition says."""
    included = _INCLUDED_IN.match(r.text.text.strip())
    if (_CONTAINS.search(r.text.text) is None and included is None) or is_about_data(r):
        return None
    begin = included.end() if included is not None else 0
    metric = next((m for at, t in enumerate(r.tokens) if t.start >= begin for m in r.metrics(at)[:1]), None)
    return Description("define", (metric,)) if metric is not None else None


def _strangers(r: Reading, *but: int) -> bool:
    """Words that a description does not explain."""
    return any(t.role == "unread" for i, t in enumerate(r.tokens) if i not in but)


_EACH_IS = re.compile("(?:分别|各自?|都)是(?:什么|啥|哪)(?!意思|定义|标准|条件|规则|口径)")
"""分别是什么品牌: of each of those that were shown."""


_WHOSE = re.compile(r"(?<![a-z])(?:its|their)(?![a-z])|[它他她]们?的")


_LOOKS = re.compile(r"^what (?:does|do|did) .+ look like(?![a-z])")
"""what does our membership look like by age group: a number, split, and nothing to define."""


def _definition(r: Reading) -> Description | None:
    words = [at for at in r.where("define") if not r.tokens[at].is_content]
    bare = _BARE.match(r.text.text) is not None and _LOOKS.search(r.text.text) is None
    if _LOOKS.search(r.text.text) and any(t.has("by", "by_after") for t in r.tokens):
        return None
    if (not words and not bare) or is_about_data(r) or _strangers(r) or _EACH_IS.search(r.text.text):
        return None
    if words and all(r.tokens[at].has("how_is", "how_much") for at in words) and not bare and not _differ(r, words):
        return None
    if any(all(s.kind == "behaviour" for s in r.tokens[at].senses) for at in named_places(r)):
        return _of_doers(r, words)  # 买过童装的会员都是什么年龄段的: people by what they did, nothing to define
    if not words and (any(t.has("refer") and not t.senses for t in r.tokens) or _WHOSE.search(r.text.text)):
        return None  # what is their refund rate
    members, value = _members(r)
    if not members or not _nothing_else(r, words):
        return None
    if not words and not _is_bare_name(r, bare=bare):
        return None
    return Description("define", members, value)


_DIFFERENCE = re.compile("区别|不同|差别|differ")


def _differ(r: Reading, words: list[int]) -> bool:
    """客单价和人均消费有什么区别, 流失客户和高流失风险有啥区别: of two metrics or two tags and nothing else, what they are."""
    tags = [at for at in named_places(r) if any(r.world.model.dimensions[d].tag for d, _ in r.value_options(at))]
    two = [at for at in named_places(r) if r.metrics(at)] or tags
    return len(two) == len(named_places(r)) == 2 and any(_DIFFERENCE.search(r.tokens[at].text) for at in words)


def _of_doers(r: Reading, words: list[int]) -> Description | None:
    """when do we count a customer as active: how many did it is what has a definition."""
    deeds = [at for at in named_places(r) if not r.is_person(at)]
    names = r.behaviours(deeds[0]) if len(deeds) == 1 and words and words[0] < deeds[0] else ()
    metric = next((m for name in names if (m := doers(r.world, name)) is not None), None)
    return Description("define", (metric,)) if metric is not None and _nothing_else(r, words) else None


def _is_bare_name(r: Reading, *, bare: bool) -> bool:
    """`what is AOV?` asks what it is; `what is our AOV`, `what is the AOV` ask for the number."""
    return bare and len(named_places(r)) == 1 and re.search(r"(?<![a-z])(?:our|the|my|total)(?![a-z])", r.text.text) is None


def _members(r: Reading, places: Sequence[int] | None = None) -> tuple[tuple[str, ...], str | None]:
    """The members named, and the value where one value is asked about."""
    found: list[str] = []
    value: str | None = None
    values: set[tuple[str, str]] = set()
    for at in named_places(r) if places is None else places:
        token = r.tokens[at]
        options = r.value_options(at)
        metrics, dimensions = r.metrics(at), r.dimensions(at)
        if metrics and not (token.of("segment") or r.entities(at)):
            found.append(metrics[0])
        elif token.of("segment") and options:
            found.append(options[0][0])
            value = str(options[0][1])
            values.add((options[0][0], value))
        elif token.of("segment"):
            found.append(token.of("segment")[0].name)
        elif dimensions:
            found.append(dimensions[0])
        elif options:
            named = {d for other in named_places(r) for d in r.dimensions(other)}
            tags = (
                [o for o in options if o[0] in named]
                or [o for o in options if r.world.model.dimensions[o[0]].tag]
                or list(options)
            )
            found.append(tags[0][0])
            value = str(tags[0][1])
            values.add((tags[0][0], value))
        elif metrics:
            found.append(metrics[0])
    return tuple(dict.fromkeys(found)), value if len(values) < 2 else None  # 流失客户和高流失风险: both tags


def _nothing_else(r: Reading, words: list[int]) -> bool:
    """Whether beside names and defining words there are only words without a condition."""
    for at, token in enumerate(r.tokens):
        if (
            at in words
            or token.senses
            or is_harmless(token)
            or token.has("define", "versus", "vague", "how_is", "refer", "tag_word", "metric_word")
        ):
            continue
        return False
    return True


def _values(r: Reading) -> Description | None:
    """有哪些品类, what are the member levels: the values of one dimension."""
    if is_about_data(r) or _strangers(r) or not any(t.has("exists", "value_word") for t in r.tokens):
        return None
    names = named_places(r)
    if HOW_MANY.search(r.text.text) and any(r.is_person(at) for at in names):
        return None  # how many early adopters do we have
    if any(t.has("list") for t in r.tokens) and any(r.entities(at) and not r.is_person(at) for at in names):
        return None  # list all stores: them, not what they can be called
    dimensions = [d for at in names for d in r.dimensions(at) if r.world.is_groupable(d)]
    others = [at for at in names if not r.dimensions(at) and not is_helping_verb(r.tokens[at])]  # what values does it have
    if len([at for at in names if r.dimensions(at)]) != 1 or others or not dimensions:
        return None
    if any(not is_harmless(t) and not t.senses and not t.has("value_word", "exists", "define", "kind_noun") for t in r.tokens):
        return None
    with_values = [d for d in dimensions if r.world.model.dimensions[d].values]
    home = r.world.tables_of(next(iter(r.world.model.metrics), ""))[:1]  # what channels do we have: of what is sold there
    ours = [d for d in with_values if r.world.model.dimensions[d].table in home]
    if not with_values and dimensions[0] in _names(r):
        return None  # which campaigns do we have: they are listed
    return Description("values", ((ours or with_values or dimensions)[0],))


def _names(r: Reading) -> set[str]:
    """The dimensions that things go by: what an entity other than people is called."""
    return {e.columns[0] for e in r.world.model.entities.values() if e.columns and e != r.world.entity}


def _help(r: Reading) -> Description | None:
    if named_places(r) or is_about_data(r) or _strangers(r):
        return None
    if any(t.has("help") for t in r.tokens):
        return Description("help")
    return None
