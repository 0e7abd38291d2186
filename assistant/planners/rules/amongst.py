"""Whether a message that could stand alone is of those who were counted or listed before: 人数按渠道看, how many are in Shanghai.

In: a `Reading` of the message and the query before it. Out: yes or no. Never fails. The rule behind all of them: a message that says of
nobody in particular is about those who were spoken of.
"""

import re
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.another_kind import names_another_kind, settle_kind
from assistant.planners.rules.contrasts import THOSE
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.gives_way import about_one
from assistant.planners.rules.headcounts import is_bare_head
from assistant.planners.rules.kin import money_of_rows
from assistant.planners.rules.members_ranked import ranks_members
from assistant.planners.rules.of_the_same import asks_who_did
from assistant.planners.rules.people_of_it import asks_who_did_it
from assistant.planners.rules.ranked_again import ranks_on
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.traits import adds_traits
from assistant.planners.rules.which_shown import asks_which_ones
from assistant.planners.rules.who_as_well import goes_on_about_them
from semantic_layer.query import Aggregate, Behaviour, ByDimension, InSegment, MetricUse, Records, SemanticQuery


def leans_on(r: Reading, last: SemanticQuery) -> bool:
    """Whether a message is of what was shown, though it could be asked of all."""
    ways = (
        only_those,
        only_rows,
        counts_same_facts,
        recounts,
        counts_among,
        lists_them,
        names_them,
        asks_their_ids,
        widens,
        splits,
        asks_who_did,
        each_of_things,
        restates,
        says_who_did,
        of_another_kind,
        ranks_in_it,
        goes_on_about_them,
        asks_who_did_it,
        names_another_kind,
        ranks_on,
        adds_traits,
        asks_which_ones,
        ranks_members,
    )
    return any(way(r, last) for way in ways)


def recounts(r: Reading, last: SemanticQuery) -> bool:
    """服务敏感度高的客户有多少, then 按大区，人数跟占比: a bare number of people, split, is of those who were counted."""
    counted = _counted(r, last)
    plain = r.world.counts.get(r.world.model.domain.entity)
    listed = isinstance(last, Records) and last.entity == r.world.model.domain.entity  # 快要流失的金卡有哪些, then 各大区多少人
    if not (counted or listed) or (counted <= {plain} and getattr(last, "where", None) is None):
        return False
    content = [t for t in r.tokens if t.is_content and not t.has("share")]
    bare = all((t.of("dimension") and not t.of("entity")) or is_bare_head(t) for t in content)
    split = any(t.of("dimension") for t in content) or any(t.has("by", "by_after") for t in r.tokens)
    return bare and any(is_bare_head(t) for t in r.tokens) and split


def only_those(r: Reading, last: SemanticQuery) -> bool:
    """only those who agreed to marketing, and show their spend: of those who were listed or counted."""
    people = isinstance(last, Records) and last.entity == r.world.model.domain.entity
    return (people or bool(_counted(r, last))) and THOSE.match(r.text.text.strip()) is not None


def only_rows(r: Reading, last: SemanticQuery) -> bool:
    """just the complaints, per month this year, behind tickets of the stores: which of the rows before, though it names a number too."""
    return any(_are_rows(r, at, last) for at in range(len(r.tokens)))


def _are_rows(r: Reading, at: int, last: SemanticQuery) -> list[Sense]:
    """The values that a word right behind only, or just, has in the rows of the last numbers, where it is a number as well."""
    only = at > 0 and r.tokens[at - 1].has("only") and all(t.role == "break" or t.has("only", "filler") for t in r.tokens[:at])
    if not only or not isinstance(last, Aggregate) or not r.tokens[at].of("metric"):
        return []
    shown = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    named = {s.name for s in r.tokens[at].of("metric")}
    tables = {t for name in shown for t in r.world.tables_of(name)[:1]}
    return [] if named & set(shown) else [s for s in r.tokens[at].of("value") if tables & set(r.world.homes(s.name))]


def counts_same_facts(r: Reading, last: SemanticQuery) -> bool:
    """发了多少人次, then 转化了几单: a deed of the very facts that were counted, with nothing else said."""
    if not isinstance(last, Aggregate) or (last.where is None and last.period is None):
        return False
    content = [t for t in r.tokens if t.is_content and not t.has("count")]
    tables = {t for m in last.metrics if isinstance(m, MetricUse) for t in r.world.tables_of(m.metric)[:1]}
    deeds = [b.table for t in content for s in t.of("behaviour") if (b := r.world.behaviour(s.name)) is not None]
    plain = not any(t.time or t.grain or t.comparison or t.of("metric") or t.of("entity") for t in content)
    return len(content) == 1 and plain and bool(set(deeds) & tables) and any(t.has("count") for t in r.tokens)


def names_them(r: Reading, last: SemanticQuery) -> bool:
    """these customers one by one, those people with their city: who was counted or listed just before."""
    described = isinstance(last, Aggregate) and last.where is not None
    if not (_counted(r, last) or described or (isinstance(last, Records) and last.entity == r.world.model.domain.entity)):
        return False
    pointed = [i for i, t in enumerate(r.pieces) if t.has("refer") and not t.senses]
    behind = (r.pieces[i + 1] for i in pointed if i + 1 < len(r.pieces))
    whole = any(_THOSE.fullmatch(r.pieces[i].text) for i in pointed)
    return whole or any(t.of("entity") and any(s.name == r.world.model.domain.entity for s in t.of("entity")) for t in behind)


_THOSE = re.compile(r"(?:these|those)(?: \w+)?")


def _counted(r: Reading, last: SemanticQuery) -> set[str]:
    """The metrics of a query that counts people and nothing else."""
    if not isinstance(last, Aggregate):
        return set()
    names = {m.metric for m in last.metrics if isinstance(m, MetricUse)}
    people = len(names) == len(last.metrics) and all(r.world.counts_people(name) for name in names)
    return names if people else set()


def counts_among(r: Reading, last: SemanticQuery) -> bool:
    """沉睡客户有多少, then 金卡以上的有多少; how many are in Shanghai: nobody in particular is of those who were counted or listed."""
    counted = isinstance(last, Aggregate) and all(
        isinstance(m, MetricUse) and (r.world.counts_people(m.metric) or r.world.is_count(m.metric)) for m in last.metrics
    )
    content = [t for t in r.tokens if t.is_content]
    values = bool(content) and all(t.of("value") and not (t.of("entity") or t.of("metric")) for t in content)
    people = bool(_counted(r, last)) or (isinstance(last, Records) and last.entity == r.world.model.domain.entity)
    timed = [t for t in content if t.time is not None or (t.comparison is not None and t.comparison.unit == "time")]
    done = [t for t in content if t not in timed]
    people = people and not any(t.has("share", "money_verb") for t in r.tokens)
    deeds = people and bool(done) and all(t.of("behaviour") and not (t.of("entity") or t.of("metric")) for t in done)
    values = values or deeds  # 现在一共多少会员, then 从来没买过东西的有几个
    named = any(r.is_person(i) and not (r.tokens[i].has("count") or r.tokens[i].of("value")) for i in range(len(r.tokens)))
    if deeds and not named and _HOW_MANY_DID.match(r.text.text.strip()):
        return True  # how many gold members, then how many bought this year?
    such = _are_such(r, content, people=people) and not named
    return such or ((counted or isinstance(last, Records)) and values and not named and _AMONG.search(r.text.text) is not None)


def _are_such(r: Reading, content: list[Piece], *, people: bool) -> bool:
    """有多少是女的, 多少人下单了, how many men: nothing said but what they are or did, of those who were counted or listed."""
    content = [t for t in content if not t.has("count")]
    plain = [t for t in content if t.of("value") or t.of("behaviour") or t.of("segment") or t.time is not None]
    others = any(t.of("entity") or (t.of("metric") and not (t.of("value") or t.of("segment"))) for t in content)
    told = bool(content) and len(plain) == len(content) and not others and any(t.time is None for t in content)
    groups = any(t.has("by", "per_group", "each_other", "which", "share") or t.grain for t in r.tokens)
    return people and told and not groups and _HOW_MANY_SUCH.match(r.text.text.strip()) is not None


def says_who_did(r: Reading, last: SemanticQuery) -> bool:
    """多少人打开了, then 打开的人里有多少下单了: those who did what was asked about, and nothing more said of them."""
    done = {
        p.behaviour for p in parts_of(getattr(last, "where", None)) if isinstance(p, Behaviour) and p.did and p.period is None
    }
    verb = next((t for t in r.tokens if t.of("behaviour") and not t.has("filler")), None)
    named = verb is not None and bool(done & {s.name for s in verb.of("behaviour")})
    timed = any(t.time is not None for t in r.tokens)
    return named and not timed and verb is not None and WHO_DID.match(r.text.text, verb.end) is not None


WHO_DID = re.compile("(?:过|了)?的(?:那些|这些)?(?:人|客户|会员|用户)(?:里面?|中|当中|之中)")


def ranks_in_it(r: Reading, last: SemanticQuery) -> bool:
    """女装今年卖了多少件, then 哪个商品卖得最多: of what was measured, where nothing else is named and nobody is asked for."""
    measured = isinstance(last, Aggregate) and not _counted(r, last)
    measured = measured and (getattr(last, "where", None) is not None or not any(t.has("sells_high") for t in r.tokens))
    which = any(t.has("which") for t in r.tokens) and any(t.has("most", "least", "best", "worst") for t in r.tokens)
    content = [t for t in r.tokens if t.is_content]
    things = [t for t in content if t.of("entity") and t.of("dimension")]  # 门店: stores, and a channel too
    content = [t for t in content if t not in things] or things
    own = any(
        (t.of("value") and t not in things) or t.of("segment") or t.of("metric") or t.time or t.grain or t.comparison
        for t in content
    )
    return measured and which and bool(content) and not own and not r.has_person()


def of_another_kind(r: Reading, last: SemanticQuery) -> bool:
    """其中新客多少, then 老客多少: people of another kind, in place of those who were spoken of, and nothing else said."""
    content = [t for t in r.tokens if t.is_content and not t.has("count")]
    told = {name for p in parts_of(getattr(last, "where", None)) if (name := about_one(r.world, p)) is not None}
    if len(content) != 1 or any(t.has("list", "by", "which", "share", "trend", "define") and not t.is_content for t in r.tokens):
        return False
    kinds = {s.name for s in content[0].of("value")}
    segments = (InSegment(segment=s.name) for s in content[0].of("segment"))
    kinds |= {name for s in segments if (name := about_one(r.world, s)) is not None}
    tags = {name for name in kinds if r.world.model.dimensions[name].tag}
    return bool(tags & told) and not content[0].time


_HOW_MANY_SUCH = re.compile(
    r"(?:那么?|然后|请问|看看|其中|里面|这里面|[,，])*(?:一共|总共|大概)?有?(?:多少|几)(?:个|位|名)?人?(?!钱|次|单|件|笔|家)"
    r"|(?:and |so |ok |now |then )*how many (?!(?:customers|members|people|users|buyers|orders)(?![a-z]))"
)
_HOW_MANY_DID = re.compile(r"(?:and |so )?how many (?:have |had |also )?[a-z]+(?:ed|ght|ned)(?![a-z])")
_AMONG = re.compile(
    "的(?:一共|总共|大概|又)?有?(?:多少|几)|(?:^|and )how many (?:are|were|is)(?![a-z])"
    "|^(?:那么?)?[\u4e00-\u9fff]{1,10}?(?:一共|总共)?有?(?:多少|几)(?:家|个|款|件|单|条|张|位|名|人)?[呢?？]*$"
)


def each_of_things(r: Reading, last: SemanticQuery) -> bool:
    """今年新开了哪几家店, then 三季度业绩各多少: a number of each, and no word for what they are."""
    things = isinstance(last, Records) and last.entity != r.world.model.domain.entity
    each = any(t.has("each_other") or (t.text.startswith("各") and not t.senses) for t in r.tokens)
    kinds = {s.kind for t in r.tokens for s in t.senses}
    return things and each and kinds == {"metric"}


def lists_them(r: Reading, last: SemanticQuery) -> bool:
    """名单给我 带城市跟最近一年消费金额, 金卡及以上名单: a list of nobody in particular is of those of before."""
    counted = bool(_counted(r, last))
    if counted and _THE_ONES.match(r.text.text):
        return True  # show me the ones in North China
    if not (counted or isinstance(last, Records)) or not any(t.has("list") and not t.is_content for t in r.tokens):
        return False
    if any(t.has("by", "which", "who", "per_group") or t.grain for t in r.tokens):
        return False
    described = [t for t in r.tokens if t.of("segment") and not r.world.ends_in_people(t.text)]  # 快要流失的列出来
    limited = bool(described) or any(t.of("value") for t in r.tokens)
    people = any((r.is_person(i) and t not in described) or t.has("people") for i, t in enumerate(r.tokens))
    narrowed = counted and limited and not people
    kinds = ("metric", "dimension", "value", "segment") if narrowed else ("metric", "dimension")
    named = any(s.kind not in kinds for t in r.tokens for s in t.senses) or any(t.comparison for t in r.tokens)
    columns = any(t.of("metric") or t.of("dimension") for t in r.tokens)
    return (columns or narrowed) and not named


_THE_ONES = re.compile(
    r"(?:and |now |ok |then |please )*(?:show|give|list|get|pull|send)(?: me| us)?(?: just| only)? (?:the|those)"
    r" (?:[a-z]+ ){0,3}ones(?![a-z])"
)


def asks_their_ids(r: Reading, last: SemanticQuery) -> bool:
    """客户ID和城市, need the customer IDs plus last order date: the key of those who were counted, and nobody in particular."""
    content = [t for t in r.tokens if t.is_content]
    keys = any(r.world.is_key(d.name) for t in content for d in t.of("dimension"))
    return bool(_counted(r, last)) and keys and all(t.of("dimension") and not t.of("entity") for t in content)


def widens(r: Reading, last: SemanticQuery) -> bool:
    """the click rate together with the open rate, behind the open rate by channel: another number beside the one that was shown."""
    content = [t for t in r.tokens if t.is_content]
    if not isinstance(last, Aggregate) or not content or not all(t.of("metric") and not t.of("entity") for t in content):
        return False
    named = [{s.name for s in t.of("metric")} for t in content]
    shown = {m.metric for m in last.metrics if isinstance(m, MetricUse)}
    marked = any(t.has("with", "add", "also", "versus") or _BESIDE.search(t.text) for t in r.pieces)
    return marked and len(named) > len(shown) > 0 and all(any(name in names for names in named) for name in shown)


def restates(r: Reading, last: SemanticQuery) -> bool:
    """三季度各门店的退货率, 只看旗舰店, then 退货率最高的5家是哪几家: a ranking of the groups that were shown."""
    if not isinstance(last, Aggregate) or len(last.group_by) != 1 or not isinstance(last.group_by[0], ByDimension):
        return False
    group = last.group_by[0].member
    ranks = any(
        t.has("most", "least", "best", "worst") or (t.number is not None and t.number.kind in ("rank", "rank_last"))
        for t in r.tokens
    )
    for token in r.tokens:
        metrics, others = {s.name for s in token.of("metric")}, token.of("dimension") or token.of("entity")
        done = token.of("behaviour") and not (metrics or token.has("filler"))
        if token.time or token.grain or token.comparison or token.has("neg", "except", "per_group") or done:
            return False
        things = {s.name for s in token.of("dimension")} | {d for s in token.of("entity") for d in _names_of(r, s.name)}
        if (token.of("value") and not token.of("entity")) or (others and not metrics and group not in things):
            return False
    return ranks


def _names_of(r: Reading, entity: str) -> tuple[str, ...]:
    """What things of a kind are called by: stores, by their names."""
    table, dimensions = r.world.model.entities[entity].table, r.world.model.dimensions
    return tuple(d for d in dimensions if dimensions[d].table == table and (dimensions[d].index_values or r.world.is_key(d)))


def splits(r: Reading, last: SemanticQuery) -> bool:
    """按客户所在大区分组: a breakdown by what people are, and nothing that is broken down."""
    content = [at for at, t in enumerate(r.tokens) if t.is_content]
    people = [at for at in content if r.is_person(at)]
    nouns = [at for at in content if at not in people]
    owning = all((to := r.step(at, 1)) is not None and r.dimensions(to) and not r.tokens[to].of("value") for at in people)
    plain = bool(nouns) and all(r.dimensions(at) and not r.tokens[at].of("value") for at in nouns)
    marked = any(t.has("by", "by_after") and not t.is_content for t in r.tokens)
    asked = any(t.has("count", "list", "how_much", "share", "which", "distribution", "each_other") for t in r.tokens)
    return isinstance(last, Aggregate) and bool(people) and owning and plain and marked and not asked


_BESIDE = re.compile("beside|next to|together with|along with|放一起|并排|一起")


def settle_kinds(r: Reading, last: SemanticQuery) -> None:
    """单子 behind a number of orders: orders, and no tickets."""
    shown = {m.metric for m in last.metrics if isinstance(m, MetricUse)} if isinstance(last, Aggregate) else set()
    settle_kind(r, last)
    _their_money(r, shown)
    _what_they_are(r, shown)
    _some_of_the_groups(r, last)
    for at, token in enumerate(r.tokens):
        kinds = token.of("entity")
        kept = [s for s in kinds if r.world.counts.get(s.name) in shown]
        if len(kinds) > 1 and len(kept) == 1:
            senses = tuple(s for s in token.senses if s.kind != "entity" or s in kept)
            r.tokens = (*r.tokens[:at], replace(token, senses=senses), *r.tokens[at + 1 :])
        if only := _are_rows(r, at, last):
            r.tokens = (*r.tokens[:at], replace(token, senses=tuple(only)), *r.tokens[at + 1 :])
        rows = [s for s in token.of("value") if s.value is not None and _other_rows(r, shown, s)]
        if rows and token.of("behaviour") and not (token.of("metric") or r.has_person()):
            r.tokens = (*r.tokens[:at], replace(token, senses=tuple(rows)), *r.tokens[at + 1 :])


def _what_they_are(r: Reading, shown: set[str]) -> None:
    """how many of them are new customers: what those are, and no number of all who signed up; were opened, of messages."""
    said = _THEY_ARE.match(r.text.text.strip())
    tables = {table for name in shown for table in r.world.tables_of(name)[:1] if not r.world.counts_people(name)}
    for at, token in enumerate(r.tokens):
        values = tuple(s for s in token.senses if s.kind in ("value", "segment"))
        rows = tuple(s for s in values if s.kind == "value" and tables & set(r.world.homes(s.name)))
        kept = values if token.of("metric") else rows if token.of("behaviour") else ()
        if said is not None and token.start == said.end() and kept:
            r.tokens = (*r.tokens[:at], replace(token, senses=kept), *r.tokens[at + 1 :])


_THEY_ARE = re.compile(
    r"(?:and |so |ok |now )*how many (?:of (?:them|those|these|the \w+) )?(?:are|were|is) |(?:那|其中|里面)*有?(?:多少|几个?)人?是"
)


def _some_of_the_groups(r: Reading, last: SemanticQuery) -> None:
    """各省的复购率, then 只看华东几个省: some of the groups that were shown, and no number of them."""
    groups = {g.member for g in last.group_by if isinstance(g, ByDimension)} if isinstance(last, Aggregate) else set()
    for at in range(1, len(r.tokens) - 1):
        some = re.fullmatch("[这那]?几[个家]", r.tokens[at].text) is not None and bool(r.tokens[at - 1].of("value"))
        if some and groups & {s.name for s in r.tokens[at + 1].of("dimension")}:
            plain = (replace(t, senses=(), ops=frozenset({"filler"}), number=None) for t in r.tokens[at : at + 2])
            r.tokens = (*r.tokens[:at], *plain, *r.tokens[at + 2 :])
            return


_MONEY = re.compile(
    r"(?:那|这些单?|它们|一共|总共|合计|总的)*(?:金额|多少钱|钱数|总额|总金额|钱)(?:一共|总共|总计)?(?:是|有)?(?:多少)?(?:呢)?\W*"
    r"|(?:and |so )?(?:what about |how about |what was |what is )?(?:the |their |its )?(?:total )?(?:amount|value|money)"
    r"(?: of (?:those|them|these))?\W*"
    r"|(?:and )?how much(?: money)?(?: (?:is|was|were) (?:that|those|they))?(?: (?:in total|altogether|worth))?\W*"
    r"|(?:and |so )?what (?:is|are|was|were) (?:that|those|they|these|it) worth(?: (?:in total|altogether))?\W*"
)


def _their_money(r: Reading, shown: set[str]) -> None:
    """9月一共有多少笔退款单, then 金额呢: the money of the rows that were counted, and not of all."""
    money = money_of_rows(r.world, next(iter(shown))) if len(shown) == 1 else None
    if _MONEY.fullmatch(r.text.text.strip()) is None or not any(map(r.world.is_count, shown)):
        return
    at = next((i for i, t in enumerate(r.tokens) if t.has("that_value", "how_much") or t.of("dimension")), None)
    if at is not None and money is not None:
        said = replace(r.tokens[at], senses=(Sense("metric", money),), ops=frozenset())
        r.tokens = tuple(said if i == at else replace(t, senses=(), ops=frozenset({"filler"})) for i, t in enumerate(r.tokens))
    elif at is not None:
        r.strict.add(at)  # of cancelled orders no money is declared


def _other_rows(r: Reading, shown: set[str], sense: Sense) -> bool:
    """只看退款的, behind orders: what was shown, of rows of another kind, and nothing that people did."""
    options = {sense.name: (sense.value,)} if sense.value is not None else {}
    return len(shown) == 1 and r.world.metric_of_rows(next(iter(shown)), options) is not None


def names_only_people(r: Reading) -> bool:
    """只算今年新注册的会员买的, only store orders, by store type: whose or which, where no number but theirs is named."""
    at = [i for i, t in enumerate(r.tokens) if t.of("metric")]
    names = [s.name for i in at for s in r.tokens[i].of("metric")]
    if not names or any(t.has("count") for t in r.tokens):
        return False
    if all(map(r.world.counts_people, names)) and any(t.of("behaviour") for t in r.tokens):
        return True
    return all(map(r.world.is_count, names)) and all(i > 0 and bool(r.tokens[i - 1].of("value")) for i in at)


_SHARE_THAT_IS = re.compile(
    r"(?:share|percent(?:age)?|proportion|fraction|%) of .+ (?:is|are|was|were) (?:that|this|it|they|those|these)\?*$"
)


def asks_what_share_that_is(r: Reading) -> bool:
    """how many gold members in Beijing, then what share of Beijing members is that: what was counted is the part."""
    return _SHARE_THAT_IS.search(r.text.text) is not None
