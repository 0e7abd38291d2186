"""What was read and a query does not hold, or holds otherwise: 门店注册的客户 as all customers, two numbers for one question.

In: a finished `Reading`, the query made of it, and every name and value that stands in the query. Out: the places of such words, for
`kept` to ask about. Never fails: a follow-up, which keeps what was shown, is not looked at.
"""

import re
from typing import Any

from assistant.language.mentions import Piece
from assistant.planners.rules.clauses import is_how_many
from assistant.planners.rules.draft import NumberTest, ValueTest, VerbTest
from assistant.planners.rules.edits import parts_of
from assistant.planners.rules.kin import own_limit, rows_where
from assistant.planners.rules.misread import misread
from assistant.planners.rules.only_one import only_one
from assistant.planners.rules.reading import Reading
from semantic_layer.model import BehaviourType, RatioMetric, SimpleMetric
from semantic_layer.query import Aggregate, ByDimension, Change, MetricUse, Predicate, Records, SemanticQuery


def unheld(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """The places of all such words."""
    stated = narrowed_twice(r) + counted_apart(r, query) + of_no_row(r, query) + only_how(r, query) + of_two_kinds(r, query, held)
    asked = too_vague(r, query) + averaged_per(r, query) + misread(r, query) + how_many_too(r, query, held)
    stated += only_one(r, query)
    return [*unheld_values(r, query, held), *unheld_deeds(r, query, held), *unheld_numbers(r, query, held), *stated, *asked]


def unheld_values(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """The names of values that some rule used up and of which nothing stands in the query: 门店注册的客户, as all customers."""
    if r.follows is not None or isinstance(query, Change):
        return []
    plain = [i for i, t in enumerate(r.tokens) if i in r.used and t.of("value") and not (t.ops or t.of("behaviour"))]
    counted = isinstance(query, Aggregate | Records)  # retention of new customers is no number of them
    plain = [i for i in plain if counted or not r.tokens[i].of("metric")]
    told = {t.at for t in r.tests}  # each of which is looked for by itself
    limits = _limits(r, held)
    return [
        i
        for i in plain
        if i not in told
        and not _stands_in(r, r.tokens[i], held)
        and not any((v.name, v.value) in limits for v in r.tokens[i].of("value"))
    ]


def unheld_deeds(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """What was done, where it says which rows are meant and none of them are: 退款订单金额, as the money of all orders."""
    if r.follows is not None or isinstance(query, Change):
        return []
    told = [
        i for i, t in enumerate(r.tokens) if i in r.used and t.of("behaviour") and not t.has("filler") and not r.helps_only(i)
    ]
    plain = [i for i in told if all(s.kind == "behaviour" for s in r.tokens[i].senses)]
    rows = _rows_of_numbers(r, held)
    tables = {table for name in _parts(r, held) for table in r.world.tables_of(name)}  # payed with alipay: no event of paying
    found = []
    for at in plain:
        deeds = [b for s in r.tokens[at].of("behaviour") if (b := r.world.behaviour(s.name)) is not None and b.table in tables]
        if deeds and not any(b.name in held or _says_nothing(r, b) or _is_among(r, b, rows, held) for b in deeds):
            found.append(at)
    return found


def unheld_numbers(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """A number that some rule used up as the noun of something else, where it is of rows of its own: AOV of promo orders."""
    if r.follows is not None or not isinstance(query, Aggregate):
        return []
    told = {a.at for a in r.asked} | {t.at for t in r.tests}
    found = []
    for at, token in enumerate(r.tokens):
        names = {s.name for s in token.of("metric")}
        plain = at in r.used and at not in told and bool(names) and all(s.kind == "metric" for s in token.senses)
        limited = all(own_limit(r.world, name) is not False for name in names)
        if plain and limited and not token.ops and not names & _parts(r, held):
            found.append(at)
        if at in r.used and at not in told and names and not r.is_person(at) and not _is_reached(r, token, held):
            found.append(at)  # orders went out with a discount, as a share of messages
    return found


def _is_reached(r: Reading, token: Piece, held: set[Any]) -> bool:
    """Whether something in the query is of the rows that a noun names, or of what lies around them."""
    things = {r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities}
    numbers = {t for name in _parts(r, held) for table in r.world.tables_of(name) for t in (table, *r.world.graph.details(table))}
    deeds = {b.table for name in held if isinstance(name, str) and (b := r.world.behaviour(name)) is not None}
    measured = {h for name in held if isinstance(name, str) and r.world.is_number(name) for h in r.world.homes(name)}
    windows = (r.world.attributes.window_of(name) for name in held if isinstance(name, str) and name in r.world.model.dimensions)
    told = {table for found in windows if found is not None for table in r.world.tables_of(found[0])}  # 近90天 orders >= 5
    return not things or bool(things & (numbers | deeds | measured | told))


def _says_nothing(r: Reading, behaviour: BehaviourType) -> bool:
    """Whether a deed is of any row, or of those that are meant anyway: orders that are done."""
    where = behaviour.where
    return where is None or rows_where(r.world, behaviour.table, where) == r.world.usual_rows(behaviour.table)


def _is_among(r: Reading, behaviour: BehaviourType, rows: set[tuple[str, str]], held: set[Any]) -> bool:
    """Whether the rows of a deed are those of a number, or a condition of the query."""
    value = rows_where(r.world, behaviour.table, behaviour.where or "")
    stands = value is not None and value[0] in held and (value[1] in held)
    return stands or (behaviour.table, "".join((behaviour.where or "").split())) in rows


def _rows_of_numbers(r: Reading, held: set[Any]) -> set[tuple[str, str]]:
    """The conditions on rows that the numbers of a query are made with, with their table."""
    found = set()
    for name in _parts(r, held):
        metric = r.world.model.metrics[name]
        measure = r.world.measure_of(metric)
        own = metric.where if isinstance(metric, SimpleMetric) else None
        wheres = (own, measure.where if measure is not None else None)
        found |= {((r.world.tables_of(name) or ("",))[0], "".join(where.split())) for where in wheres if where}
    return found


def _parts(r: Reading, held: set[Any]) -> set[str]:
    """The metrics that stand in a query, with what those that are ratios are made of."""
    metrics = r.world.model.metrics
    names = {name for name in held if isinstance(name, str) and name in metrics}
    return names | {part for n in names if isinstance(m := metrics[n], RatioMetric) for part in (m.numerator, m.denominator)}


def _limits(r: Reading, held: set[Any]) -> set[tuple[str, Any]]:
    """The values that the numbers of the query are limited to themselves: a cancellation rate is of what was cancelled."""
    metrics = r.world.model.metrics
    simple = [(n, one.where) for n in _parts(r, held) if isinstance(one := metrics.get(n), SimpleMetric) and one.where]
    deeds = [b for name in held if isinstance(name, str) and (b := r.world.behaviour(name)) is not None and b.where]
    of_deeds = {v for b in deeds if (v := rows_where(r.world, b.table, b.where or "")) is not None}
    return of_deeds | {
        v for n, where in simple if (v := r.world.value_where((r.world.tables_of(n) or ("",))[0], where)) is not None
    }


def _stands_in(r: Reading, token: Piece, held: set[Any]) -> bool:
    """Whether anything that a word may mean is in the query: a name, a value, the things of a noun by whatever of theirs."""
    names = {s.name for s in token.senses} | {s.value for s in token.senses if s.value is not None}
    tables = {r.world.model.entities[s.name].table for s in token.of("entity") if s.name in r.world.model.entities}
    counts = {r.world.counts.get(s.name) for s in token.of("entity")}
    theirs = any(name in held and tables & set(r.world.homes(name)) for name in r.world.model.dimensions)
    return bool((names | counts) & held) or (bool(tables) and theirs)


def narrowed_twice(r: Reading) -> list[int]:
    """do dissatisfied customers spend less? spend per customer, satisfied vs dissatisfied: one of the two that are compared is no limit."""
    told = [t for t in r.tests_of_values() if not t.negated and t.rank is None and len(t.options) == 1]
    both = {t.options[0][0]: set(t.options[0][1]) for t in told if len(t.options[0][1]) > 1}
    alone = [t for t in told if len(t.options[0][1]) == 1 and set(t.options[0][1]) < both.get(t.options[0][0], set())]
    return [t.at for t in alone] if r.follows is None else []


def is_of_metric(r: Reading, held: set[Any], test: ValueTest) -> bool:
    """orders on the app, then only the refunded ones: the number that is shown is itself limited to them."""
    return r.follows is not None and any((name, v) in _limits(r, held) for name, values in test.options for v in values)


def of_no_row(r: Reading, query: SemanticQuery) -> list[int]:
    """AOV of cancelled orders: a number of rows of one kind, limited to those of another, is of none at all."""
    if not isinstance(query, Aggregate) or r.follows is not None:
        return []
    limits = [_limits(r, {m.metric}) for m in query.metrics if isinstance(m, MetricUse)]
    told = [p for p in parts_of(query.where) if isinstance(p, Predicate) and p.op in ("=", "in")]
    against = {p.member for p in told for own in limits for name, value in own if name == p.member and value not in p.values}
    return [t.at for t in r.tests_of_values() if against & {name for name, _ in t.options}]


def of_two_kinds(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """logistics complaints, as logistics tickets: a row of one kind is none of another, and one of the two words was dropped."""
    if not isinstance(query, Aggregate) or r.follows is not None:
        return []
    part = query.share.part if query.share is not None else None
    tested = {p.member for p in (*parts_of(query.where), *parts_of(part)) if isinstance(p, Predicate)}
    return [at for at, token in enumerate(r.tokens) if at in r.used and _of_another_kind(r, token, tested, held)]


def _of_another_kind(r: Reading, token: Piece, tested: set[str], held: set[Any]) -> bool:
    """Whether a noun or verb is of rows of one kind only, of which nothing is left, where another kind is a condition."""
    names = {s.name for s in (*token.of("metric"), *token.of("behaviour"))}
    deeds = [b for s in token.of("behaviour") if (b := r.world.behaviour(s.name)) is not None]
    limits = [own_limit(r.world, s.name) for s in token.of("metric")] + [
        rows_where(r.world, b.table, b.where or "") for b in deeds
    ]
    others = [one for one in limits if isinstance(one, tuple) and one[0] in tested and one[1] not in held]
    return bool(others) and len(others) == len(limits) and not token.of("entity") and not names & held


_LOOSELY = re.compile("数据|情况|这块|那块|概况|(?<![a-z])(?:overview|data)(?![a-z])")


def only_how(r: Reading, query: SemanticQuery) -> list[int]:
    """is the store doing ok?, as the number of stores: how something is, and nobody asked how many there are."""
    how = [i for i, t in enumerate(r.tokens) if t.has("vague") and i not in r.used]
    if not isinstance(query, Aggregate) or query.group_by or r.count_words or r.follows is not None:
        return []
    named = [r.tokens[a.at] for a in r.asked if 0 <= a.at < len(r.tokens)]
    if named and not r.tests and _LOOSELY.search(r.text.text) and all(t.of("entity") and not t.has("count") for t in named):
        return [r.asked[0].at]  # 帮我看看会员这块: which number of theirs?
    return how[:1] if named and all(t.of("entity") and not t.of("metric") for t in named) else []


_A_LOT = re.compile(
    r" (?:quite )?(?:a lot|lots|plenty|loads)(?![a-z])|(?:得|了|过)?(?:很多|特别多|比较多|挺多|好多|不少)(?:的|次|单)"
)
TOGETHER = re.compile(
    r"(?<![a-z])(?:in (?:the|one|a|their) (?:same |single )?basket|in (?:the same|one|a single) (?:order|purchase|basket))(?![a-z])"
    r"|(?<![a-z])both .{3,50} (?:in (?:them|it)|together)(?![a-z])"
    r"|同一?[单笔](?:里|中)?|一[单笔](?:里|中)"
)


_TROUBLE = re.compile(
    r"有(?:点|些)?(?:问题|毛病|异常)的|(?<![a-z])(?:problem(?:atic)? (?:customers|members|people)|with (?:problems|issues))(?![a-z])"
)
"""把有问题的客户找出来, as all of them: which trouble?"""


def too_vague(r: Reading, query: SemanticQuery) -> list[int]:
    """list customers who buy a lot of shoes: how many is a lot? Both shoes and hats in one basket: whose, no query knows."""
    text = r.text.text
    counted = r.ranking is not None or any(isinstance(t, NumberTest) for t in r.tests)
    lots = [i for i, t in enumerate(r.tokens) if (t.of("behaviour") or t.of("metric")) and _A_LOT.match(text, t.end)]
    if lots and not counted:
        return lots[:1]
    trouble = _TROUBLE.search(text) if r.follows is None and not r.tests else None
    if trouble is not None:
        return [i for i, t in enumerate(r.tokens) if t.end > trouble.start()][:1]
    values = [len(v) for t in r.tests_of_values() for _, v in t.options[:1]]
    objects = [len(t.objects) for t in r.tests if isinstance(t, VerbTest)]
    one = TOGETHER.search(text) if sum(values + objects) > 1 and isinstance(query, Aggregate | Records) else None
    return [i for i, t in enumerate(r.tokens) if one and t.start < one.end() and one.start() < t.end][:1]


def averaged_per(r: Reading, query: SemanticQuery) -> list[int]:
    """average sales per store by store type: a ratio that nobody declared, and no average order of each store."""
    if not isinstance(query, Aggregate) or len(query.group_by) < 2 or r.follows is not None:
        return []
    tables = [r.world.model.dimensions[g.member].table for g in query.group_by if isinstance(g, ByDimension)]
    twice = [
        i + 1 for i, t in enumerate(r.tokens[:-1]) if t.text == "per" and r.tokens[i + 1].of("entity") and not r.is_person(i + 1)
    ]
    if twice and len(tables) > len(set(tables)):
        return twice  # revenue per store, by store type: of how many stores?
    pairs = [(i, t) for i, t in enumerate(r.tokens[:-2]) if t.of("metric") and t.text.startswith(("average ", "avg "))]
    return [i for i, _ in pairs if r.tokens[i + 1].text == "per" and r.tokens[i + 2].of("entity") and not r.is_person(i + 2)]


def how_many_too(r: Reading, query: SemanticQuery, held: set[Any]) -> list[int]:
    """gold members who …: how many, and what did they spend?, as what they spent alone: a clause of its own asks how many there are."""
    if not isinstance(query, Aggregate) or r.follows is not None or r.share:
        return []
    if any(r.world.is_count(name) or r.world.counts_people(name) for name in _parts(r, held)):
        return []
    alone = [at for at in range(len(r.tokens) - 1) if is_how_many(r, at) and (at == 0 or r.is_break(at - 1))]
    return [at for at in alone if r.is_break(at + 1) or r.tokens[at + 1].has("and")]


def counted_apart(r: Reading, query: SemanticQuery) -> list[int]:
    """how many members did we send a message to, as all members and all messages: two numbers that nothing ties to each other."""
    firsts = {one.names: one for one in sorted(r.asked, key=lambda one: -one.at)}  # each number where it is first
    asked = sorted(firsts.values(), key=lambda one: one.at)
    if not isinstance(query, Aggregate) or len(query.metrics) != 2 or len(asked) != 2 or r.follows is not None:
        return []
    a, b = asked
    people = r.world.counts.get(r.world.model.domain.entity)
    inside = [r.tokens[i] for i in range(a.at + 1, b.at)]
    beside = not inside and not r.tokens[a.at].text.isascii()  # 客户数订单数
    tied = beside or any(t.has("and", "comma", "versus", "with", "by", "also") or t.role == "break" for t in inside)
    return [a.at] if people in a.names and people not in b.names and not tied else []
