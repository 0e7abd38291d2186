"""What a number or a tag is made of: numerator and denominator?, 分子分母, what makes a customer lost, 按金额还是按单数算.

In: a `Reading` before any pass, the query before it. Out: the definition of the one metric or tag that is named, else of the one that was
shown; None where the sentence asks for data, or names none or several. Never fails. No number is given, so words beside are passed over.
"""

import json
import re

from assistant.planners.rules.reading import Reading
from assistant.qa import Description
from semantic_layer.query import Aggregate, MetricUse, SemanticQuery

_ONE = r"(?:customer|person|member|buyer|shopper|client|user|people|someone|somebody|anyone|one)s?"
_PARTS = re.compile(
    r"(?<![a-z])(?:numerator|denominator)s?(?![a-z])"
    r"|(?<![a-z])what (?:[a-z]+ ){0,4}divided by(?![a-z])|divided by what(?![a-z])"
    r"|(?<![a-z])(?:which|what) [a-z]+ (?:are|is|get|gets|do you) (?:counted|included|used) (?:in|for|towards?|as) (?!total|all)"
    r"|^(?:and |so |ok |just to check,? )*(?:is|are) .{2,40} (?:based on|calculated on|calculated by|counted by|measured by"
    r"|worked out by|worked out on|weighted by|per)"
    r" [^,;.]{2,30} or (?!more|less|not)[^,;.]{2,30}$"
    r"|(?<![a-z])how (?:exactly )?(?:is|was|are|do you|did you|do we) (?:this|that|the|these|those) (?:rate|number|figure"
    r"|metric|kpi|percentage|ratio|value)s? (?:worked out|calculated?|computed?|work out|measured?|derived?|defined?|made up)(?![a-z])"
    r"|分[子母]|什么除以什么|啥除以啥|哪个除以哪个"
    r"|按[^,，。;；]{1,8}(?:[算计]|统计|口径)的?(?:呢)?[,，]?(?:还是|或者)(?:是)?按[^,，。;；]{1,8}|按[^,，。;；]{1,8}还是(?:是)?按?[^,，。;；]{1,8}(?:[算计]|统计)的?[呀啊呢吗?？]*$"
    r"|口径.{0,6}按.{1,8}还是按?"
    r"|怎么(?:算|认|判|定|划|分|统计|得)(?:出来|出)的?|(?:按|拿|凭|用|照|依)着?(?:什么|啥)(?:规矩|标准|规则|办法|条件|依据|方法)?来?(?:认|判|定|划|算|分)"
    r"|是(?:同)?一(?:个|码)?(?:东西|意思|回事|指标|概念|事)(?:吗|么|不)"
)
"""Of a metric or of a tag."""
_CALLED = re.compile(
    rf"(?<![a-z])(?:what|which things?) (?:exactly |really |actually )?(?:makes?|turns?|qualifies|gets) (?:a |an |our |your "
    rf"|the )?{_ONE}(?: as| into| be| count as| fall under)?(?![a-z])"
    r"|(?<![a-z])who(?:m)? (?:exactly )?(?:do|would|does) (?:you|we|the system|it|this) (?:call|class|classify|count|consider"
    r"|label|treat|regard|see|define|flag|tag)(?: as)?(?![a-z])"
    r"|(?<![a-z])(?:what|when) do (?:you|we) (?:call|class as|count as|consider|regard as|treat as|classify as|call someone"
    r"|call a customer|consider someone|consider a customer|say a customer is|say someone is)(?![a-z])"
    r"|(?:什么样|怎样|咋样|哪种)的(?:人|客户|客人|会员|用户)(?:就|才|会)?(?:算|叫|是|被)|(?:你们|系统)(?:说|讲|叫|标)的.{2,14}(?:怎么|咋|按|拿|凭|什么规矩|什么标准)"
)
"""Of a tag alone."""


def how_made(r: Reading, last: SemanticQuery | None) -> Description | None:
    """The definition that is asked for by its parts."""
    line = r.text.text.strip(" ?!？！。.")
    parts, called = _PARTS.search(line), _CALLED.search(line)
    if not (parts or called) or _of_rows(r) or r.where("why") or _lists(r):
        return None
    tags = _tags(r)
    metrics = {} if called and tags else _metrics(r)
    if len(metrics) + len(tags) == 1:
        member = next(iter((*metrics, *tags)))
        return Description("define", (member,), tags.get(member))
    if not metrics and not tags and called is None and isinstance(last, Aggregate):
        shown = tuple(m.metric for m in last.metrics if isinstance(m, MetricUse))
        return Description("define", shown) if shown and not _named(r) else None
    return None


def _of_rows(r: Reading) -> bool:
    """Whether a time or a limit is said, as one does of data; 一个 of 是一个东西吗 is no number."""
    numbers = any(t.number is not None and t.text not in ("一个", "一", "one") for t in r.tokens)
    return numbers or any(t.time or t.grain or t.comparator or t.comparison for t in r.tokens)


def _lists(r: Reading) -> bool:
    return any(t.has("list", "count") and not t.is_content and "filler" not in t.ops and t.text != "counted" for t in r.tokens)


def _named(r: Reading) -> bool:
    """Whether a number of its own is named, which is none of those that were shown."""
    return any(t.of("metric") for t in r.tokens)


def _metrics(r: Reading) -> dict[str, None]:
    """The metrics named: the first one, and those of another name beside it; what it is counted by is none of them."""
    places = [
        at for at, t in enumerate(r.tokens) if r.metrics(at) and not (r.entities(at) or t.of("segment") or r.counts_people(at))
    ]
    ways = _PARTS.search(r.text.text)
    behind = re.search(r"based on|(?:calculated|worked out|counted|measured|weighted) (?:on|by)|(?<![a-z])per |按", r.text.text)
    ends = (
        behind.start()
        if ways is not None and behind is not None and "还是" in r.text.text + (" or " in r.text.text) * "还是"
        else len(r.text.text)
    )
    return dict.fromkeys(r.metrics(at)[0] for at in places if r.tokens[at].start < ends)


def _tags(r: Reading) -> dict[str, str | None]:
    """The tags named, with the value: by name, by a group of people, or by a word of such a name."""
    model = r.world.model
    found: dict[str, str | None] = {}
    for at in range(len(r.tokens)):
        for name, value in r.value_options(at):
            if model.dimensions[name].tag and name not in found:
                found[name] = str(value)
                break
    return found or _by_a_word(r)


def _by_a_word(r: Reading) -> dict[str, str | None]:
    """what makes a customer 'lost': the one tag value that is so called with its people, as lost customers are."""
    quoted = re.findall(r"['\"“‘「]([a-z\u4e00-\u9fff][^'\"”’」]{1,20})['\"”’」]", r.text.original.lower())
    words = [*quoted, *(t.text for t in r.tokens if not t.is_content and (t.role == "unread" or t.has("shrink", "grow")))]
    model = r.world.model
    people = names_of_people(r)
    found: dict[str, str | None] = {}
    for segment in model.segments.values():
        condition = json.loads(segment.where)
        called = {n.lower() for n in (segment.label.en, segment.label.zh, *segment.synonyms.en, *segment.synonyms.zh)}
        if condition.get("op") == "=" and any(f"{w} {p}" in called or f"{w}{p}" in called for w in words for p in people):
            found.setdefault(str(condition["member"]), str(condition["values"][0]))
    for name, dimension in model.dimensions.items():
        for v in dimension.values if dimension.tag else ():
            called = {n.lower() for n in (v.label.en, v.label.zh, *v.synonyms.en, *v.synonyms.zh)}
            if any(w in called or f"{w} {p}" in called or f"{w}{p}" in called for w in words for p in people):
                found.setdefault(name, str(v.value))
    return found if len(found) == 1 else {}


def names_of_people(r: Reading) -> tuple[str, ...]:
    """What the domain calls its people."""
    entity = r.world.entity
    if entity is None:
        return ()
    return tuple(n.lower() for n in (entity.label.en, entity.label.zh, *entity.synonyms.en, *entity.synonyms.zh))
