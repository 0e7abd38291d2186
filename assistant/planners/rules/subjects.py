"""What is asked for: metrics, a count of things, or a list of them; and the columns of a list.

In: a `Reading` whose conditions, breakdowns and order are read. It gains `asked`, `columns`, `head` and `entity`. Nouns that only say
whose numbers these are (销售额 of customers …) are used up; a noun that fits nothing stays unread.
"""

from itertools import pairwise

from assistant.planners.rules.any_of_them import any_of_them
from assistant.planners.rules.clauses import describes_people, did_something, is_how_many, is_preceded
from assistant.planners.rules.counted_kinds import of_one_kind
from assistant.planners.rules.counting import count_averaged, count_sold, of_its_own, only_how_much
from assistant.planners.rules.draft import Asked, Group, NumberTest
from assistant.planners.rules.ids import behind_ids, ids_asked
from assistant.planners.rules.joined import those_who_joined
from assistant.planners.rules.listed_joiners import list_joiners
from assistant.planners.rules.lists import (
    about_people,
    each_person,
    is_list,
    list_entity,
    read_columns,
    with_places_of,
)
from assistant.planners.rules.measures import (
    amounts_too,
    average_of_average,
    counted_alone,
    money_asked,
    rates_beside,
    ratings_asked,
    things_counted,
)
from assistant.planners.rules.nouns import (
    are_its_rows,
    counted_in_its_unit,
    counted_once,
    having_one,
    how_they_are,
    is_done_to,
    is_of_rows,
    listed_count,
    neighbour,
    rows_said_behind,
    take_back,
)
from assistant.planners.rules.of_special_rows import read_of_special_rows
from assistant.planners.rules.reading import Reading, is_light, says_kinds
from assistant.planners.rules.rows_and_money import money_of_rows_asked, rows_beside_money
from assistant.planners.rules.things import count_kinds, counted_by_unit, kinds_that_came
from assistant.planners.rules.those_people import those_who_did


def read_subject(r: Reading) -> None:
    """Metrics, else a count, else a list."""
    if r.head in ("funnel", "retention"):
        counts = [at for at, t in enumerate(r.tokens) if any(r.world.counts_people(s.name) for s in t.of("metric"))]
        r.take(*(at for at in range(len(r.tokens)) if r.is_person(at) and not r.value_options(at)), *counts)
        return
    ids = ids_asked(r)
    list_joiners(r)
    any_of_them(r)
    with_places = [*with_places_of(r), *(behind_ids(r, ids) if ids is not None else ())]
    firm = [at for at in _firm(r) if not _lists_whom(r, at)]
    if ids is not None or is_list(r, firm, with_places):
        r.head = "records"
        each_person(r)
        list_entity(r)
        read_columns(r, with_places)
        return
    for at in firm:
        r.asked.append(Asked(at, r.metrics(at)))
        r.take(at)
    for each in _NUMBERS:
        each(r)
    r.asked.sort(key=lambda asked: asked.at)
    for before, after in pairwise(r.asked):  # open rate vs click rate: side by side
        r.take(*(i for i in r.between(before.at, after.at) if r.tokens[i].has("versus") and not r.tokens[i].is_content))
    for asked in r.asked:
        average_of_average(r, asked)
    if r.asked:
        r.head = r.head or "aggregate"


def _window_metrics(r: Reading) -> None:
    """近一年消费 by level: an attribute of people that is a metric in a window stands for that metric."""
    spread = r.chart == "histogram" or any(t.has("distribution") and not t.is_content for t in r.tokens)
    for at in range(len(r.tokens)):
        found = r.window_metric(at)
        if found is None or (spread and not r.groups):
            continue  # histogram of lifetime spend: how people spread over it, no total
        metric, days = found
        r.asked.append(Asked(at, (metric,)))
        r.take(at)
        if days is not None and r.period is None and not any(t.time for t in r.tokens):
            r.period = r.last_days(days)


def _people_counted(r: Reading) -> None:
    """有多少人, how many people: a count of the domain's entity, beside other metrics too."""
    count = r.world.counts.get(r.world.model.domain.entity)
    counted = any(r.world.counts_people(name) for asked in r.asked for name in asked.names)
    for at, token in enumerate(r.tokens):
        how_many = at > 0 and is_how_many(r, at - 1)
        people = token.has("people") and (token.has("count") or count in r.metrics(at))
        described = how_many and bool(r.asked) and describes_people(r, at) and did_something(r, at)
        if count is not None and (described or (r.free(at) and (people or (how_many and r.is_person(at) and r.asked)))):
            if not counted or of_its_own(r, at):
                r.asked.append(Asked(at, (count,), firm=False))
            r.take(at)


def _tested_metrics(r: Reading) -> None:
    """退款率超过8%的渠道: what groups are tested by is what is shown of them, where nothing else is asked."""
    if r.asked or any(r.is_person(at) for at in range(len(r.tokens))):
        return
    if not r.groups and any(isinstance(t, NumberTest) and t.metrics for t in r.tests):
        place = next(
            (
                i
                for i in range(len(r.tokens))
                if any(r.world.is_groupable(d) and not r.world.is_number(d) for d in r.dimensions(i))
            ),
            None,
        )
        if place is not None:
            r.groups.append(Group(place, r.dimensions(place)))
            r.take(place)
    if not r.groups:
        return
    for test in r.tests:
        if isinstance(test, NumberTest) and test.metrics:
            r.asked.append(Asked(test.at, test.metrics))


def _firm(r: Reading) -> list[int]:
    """The places of metrics: not nouns that can also be counted, unless they stand in a list with a metric."""
    found = [at for at in range(len(r.tokens)) if r.metrics(at) and not r.entities(at) and not r.tokens[at].has("people")]
    found = [at for at in found if not _counts_next(r, at) and not _counts_before(r, at) and not _is_object(r, at)]
    grown = True
    while grown:
        grown = False
        for at in range(len(r.tokens)):
            if at in found or not r.metrics(at) or r.tokens[at].has("people"):
                continue
            if any(neighbour(r, at, by) in found for by in (-1, 1)):
                found.append(at)
                grown = True
    return sorted(
        at for at in found if not is_of_rows(r, at) and not ((len(found) > 1 or r.follows is not None) and is_done_to(r, at))
    )


def _lists_whom(r: Reading, at: int) -> bool:
    """List the customers with a complaint: they themselves, though the words also name how many they are."""
    before = r.beyond(at, -1, "refer", "which")
    listed = before is not None and r.tokens[before].has("list") and not r.tokens[before].is_content
    return listed and not (r.groups or r.trend or r.share) and all(map(r.world.counts_people, r.metrics(at)))


def _counts_next(r: Reading, at: int) -> bool:
    """多少件工单: a counting word that is also a name of a metric, before the thing it counts."""
    after = r.step(at, 1)
    counts = r.tokens[at].has("count") and after is not None and bool(r.entities(after))
    tables = {r.world.model.entities[e].table for e in r.entities(after)} if after is not None else set()
    if not counts or any(set(r.world.tables_of(m)) & tables for m in r.metrics(at)):
        return False
    r.take(at)
    r.counted = True
    return True


def _is_object(r: Reading, at: int) -> bool:
    """Of the people who clicked on a message, how many …: the noun of what they did, not what is counted."""
    people = next((i for i in range(at) if r.tokens[i].has("who", "people") or r.is_person(i)), None)
    verbs = [i for i in range(people + 1, at) if r.tokens[i].of("behaviour")] if people is not None else []
    counts = [i for i in r.count_words if i > at]
    if not verbs or not counts or not any(r.is_break(i) for i in range(at, counts[0])):
        return False
    tables = {b.table for i in verbs for s in r.tokens[i].of("behaviour") if (b := r.world.behaviour(s.name))}
    if not any(set(r.world.tables_of(m)) & tables for m in r.metrics(at)):
        return False
    r.take(at)
    return True


def _counts_before(r: Reading, at: int) -> bool:
    """物流工单每个月多少件: a counting word that is also a name of a metric, behind the thing it counts."""
    if not r.tokens[at].has("count"):
        return False
    around = {t for m in r.metrics(at) for table in r.world.tables_of(m) for t in r.world.around(table)}
    for before in range(at - 1, -1, -1):
        things = r.entities(before) or [e for at, e in _of_kinds(r) if at == before]
        if any(r.world.model.entities[entity].table in around for entity in things):
            return False  # 门店的单子，各支付方式分别有多少单: orders are what the word counts anyway
        counts = [c for entity in things if (c := r.world.counts.get(entity)) is not None and not r.is_person(before)]
        if counts:
            r.asked.append(Asked(at, (counts[0],)))
            r.take(at, before)
            return True
    return False


def _of_kinds(r: Reading) -> list[tuple[int, str]]:
    """各类工单有多少: the things behind a word for their kinds."""
    kinds = [g.at + 1 for g in r.groups if 0 <= g.at < len(r.tokens) - 1 and says_kinds(r.tokens[g.at])]
    return [(at, s.name) for at in kinds for s in r.tokens[at].of("entity") if s.name in r.world.counts]


def read_rather_not(r: Reading) -> None:
    """看件数不看金额, units rather than revenue: a metric that is named only to say that another one is meant."""
    for at in r.where("rather_not"):
        to = r.step(at, 1)
        unwanted = to is not None and (r.metrics(to) or r.tokens[to].has("that_value", "money_verb"))
        others = any(r.metrics(i) for i in range(len(r.tokens)) if i != to)
        if to is not None and unwanted and others and not r.tokens[at].is_content:
            r.take(at, to)


def read_flags(r: Reading) -> None:
    """Whether something is counted or listed."""
    found = r.where("count")
    found = [at for at in found if not r.tokens[at].has("times_asked")]
    counts = [at for at in found if not r.tokens[at].of("metric") and not r.tokens[at].has("people", "each_other")]
    lists = [at for at in r.where("list") if not r.tokens[at].is_content]
    columns = [at for at in counts if lists and any(t.has("with") for t in r.tokens[lists[0] :])]
    named = any(t.of("metric") or t.of("entity") or r.is_person(i) for i, t in enumerate(r.tokens))
    columns += [at for at in counts if r.tokens[at].text in ("numbers", "number") and not named]  # numbers for Shanghai: of what?
    told = any(t.comparison for t in r.tokens) and not r.has_person()
    columns += [
        at for at in counts if told and at + 1 == len(r.tokens) > 1 and r.tokens[at - 1].has("with") and at not in columns
    ]
    columns += [at for at in counts if at not in columns and _is_shown_too(r, at)]
    counting = len(counts) > len(columns)  # list them with age and how many orders: a column, no count of them
    r.counted = r.counted or counting or any(r.tokens[at].has("people", "each_other") for at in found)
    r.count_words = tuple(at for at in found if at not in columns)
    r.listed = r.listed or bool(lists)
    r.take(*counts, *lists)
    for at in r.where("who"):
        if r.tokens[at].text not in ("who",) or at == 0:
            r.listed = True


def _is_shown_too(r: Reading, at: int) -> bool:
    """不满意的是哪些人，近一年花了多少也列上, 花钱最多的20个，花了多少也带上: what each of those spent that are asked for."""
    spent, shown = r.step(at, -1), r.step(at, 1)
    if spent is not None and r.tokens[spent].has("money_verb") and _is_last_column(r, spent):
        return True  # 花钱最多的20个客户，带上等级和花了多少
    money = spent is not None and r.tokens[spent].has("money_verb") and shown is not None and r.tokens[shown].has("with")
    return money and any(t.has("who", "most", "least") or (t.has("list") and not t.is_content) for t in r.tokens[:at])


def _is_last_column(r: Reading, at: int) -> bool:
    """Whether a word stands behind other columns, which people in front of them are listed with."""
    marks = [i for i in range(at) if r.tokens[i].has("with") and not r.tokens[i].is_content]
    inside = range(marks[-1] + 1, at) if marks else range(0)
    nouns = [i for i in inside if r.tokens[i].of("dimension") and not r.is_person(i)]
    people = [i for i in range(len(r.tokens)) if r.is_person(i)]
    return bool(nouns) and any(i < marks[-1] for i in people) and not any(i in people or r.is_break(i) for i in inside)


def _only_about_people(r: Reading) -> bool:
    """Whether what a share without a noun is cut by says nothing but what people are like: 金卡占比, not APP和小程序各占几成."""
    entity = r.world.entity
    named = [[(d, d in t.hints) for d, _ in t.options] for t in r.tests_of_values()]
    named += [[(d, d in g.hints) for d in g.dimensions] for g in r.groups if g.dimensions]
    told = [[d for d, hinted in names if hinted or d not in r.world.attributes.favourites] for names in named]
    return entity is not None and all(r.world.is_about(r.world.model.dimensions[d], entity) for names in told for d in names)


def _nouns(r: Reading) -> None:
    """Nouns that can be counted: the subject where there is no metric, else whose numbers they are."""
    weak = [at for at in range(len(r.tokens)) if r.entities(at)]
    if not r.asked and not (not weak and _deeds(r)):
        _count_of(r, weak)
    tables = {t for asked in r.asked for name in asked.names for t in r.world.tables_of(name)}
    for at in range(len(r.tokens)):
        if not r.free(at):
            continue
        listed = listed_count(r, at)
        if listed:
            r.asked.append(Asked(at, listed))
            r.take(at)
            continue
        if (
            (r.is_person(at) and not r.value_options(at))
            or are_its_rows(r, at, tables)
            or (r.tokens[at].has("people") and not r.tokens[at].of("metric") and r.asked)
        ):
            r.take(at)
        elif r.entities(at):
            having_one(r, at, tables)


def _only_says_which(r: Reading, at: int) -> bool:
    """and just for app surveys, behind a share of surveys: the noun of what is limited, no count of it."""
    limited = any(t.has("only", "drop", "except") and "filler" not in t.ops for t in r.pieces)
    beside = any(t.at in (r.step(at, -1), r.step(at, 1)) for t in r.tests_of_values())
    return r.follows == "aggregate" and limited and beside and not r.count_words


def _count_of(r: Reading, weak: list[int]) -> None:
    taken = [at for at in weak if _only_says_which(r, at) and not r.is_person(at)]
    r.take(*taken)
    weak = [at for at in weak if at not in taken]
    main = r.world.model.domain.entity
    others = [(at, e) for at in weak for e in r.entities(at) if e != main]
    mains = [(at, e) for at in weak for e in r.entities(at) if e == main]
    implied = (
        [] if any(t.has("versus") and not t.senses for t in r.tokens) and not r.counted else _implied(r)
    )  # 比较一下华东和华南
    counted = [(at, main) for at in range(1, len(r.tokens)) if r.is_person(at) and is_how_many(r, at - 1)]
    chosen = counted or (mains if r.has_verbs() or (mains and not others) else others) or others or mains or implied
    if not chosen:
        return
    at, entity = chosen[0]
    metric = next((m for m in r.metrics(at) if m == r.world.counts.get(entity)), None) or r.world.counts.get(entity)
    metric = _who_did_then(r, at) or metric
    if metric is None:
        return
    r.asked.append(Asked(at, (metric,), firm=False))
    r.take(at)


def _who_did_then(r: Reading, at: int) -> str | None:
    """how many purchasers in Q3: people by what they did, where a time is said and nothing else that happened then."""
    timed = any(t.time is not None for t in r.tokens) and not r.has_verbs()
    names = (m for m in r.metrics(at) if r.world.counts_people(m) and not r.world.is_timeless(m))
    return next(names, None) if timed and at < len(r.tokens) and r.tokens[at].of("entity") else None


def _deeds(r: Reading) -> bool:
    """上个月的投诉，各大区分别多少: something done, as a noun that nobody is named beside, is counted."""
    if r.follows is not None or r.has_verbs() or not (r.groups or r.share or r.trend or r.counted):
        return False
    if any(r.is_person(at) or t.has("people", "who", "money_verb") or t.of("segment") for at, t in enumerate(r.tokens)):
        return False
    found = [at for at, t in enumerate(r.tokens) if t.of("behaviour") and not is_light(t)]
    if len(found) != 1 or r.tokens[found[0]].text.isascii() or is_preceded(r, found[0], "neg", "except"):
        return False  # English has nouns of its own for deeds
    names = [s.name for s in r.tokens[found[0]].of("behaviour")]
    metric = next((m for name in names if (m := r.world.count_of_joining(name))), None)
    if metric is None and not {"过", "了"} & set(r.tokens[found[0]].text):  # with 过 it is what somebody did
        metric = next((m for name in names if (m := r.world.count_of_deeds(name))), None)
    if metric is not None:
        r.asked.append(Asked(found[0], (metric,), firm=False))
        r.tests = [t for t in r.tests if t.at != found[0]]
        r.take(found[0])
    return metric is not None


def _implied(r: Reading) -> list[tuple[int, str]]:
    """How many (…) without a noun, or a breakdown of people by what describes them: the domain's entity."""
    main = r.world.model.domain.entity
    people = [at for at, t in enumerate(r.tokens) if t.has("people")]
    if r.follows == "aggregate" and not (people or (r.counted and not only_how_much(r)) or r.has_person()):
        return []  # 华东的按城市拆开: of what was shown before
    if not (r.share or people or r.has_person()) and (kinds := _of_kinds(r)):
        return kinds[:1]
    if r.groups and r.counted and not r.share and not people and not r.has_person():
        homes = [r.world.entity_of(home) for g in r.groups for d in g.dimensions[:1] for home in r.world.homes(d)[:1]]
        others = [e.name for e in homes if e is not None and e.name != main and e.name in r.world.counts]
        if others:
            return [(len(r.tokens), others[0])]
    sure = not r.share or bool(people) or r.has_person() or r.has_verbs() or _only_about_people(r)
    if people or (sure and ((about_people(r) and (r.counted or r.share or r.groups)) or (r.groups and r.counted))):
        return [(people[0] if people else len(r.tokens), main)]
    return []


_NUMBERS = (
    those_who_joined,
    those_who_did,
    _window_metrics,
    money_asked,
    rows_beside_money,
    things_counted,
    of_one_kind,
    counted_alone,
    rates_beside,
    count_kinds,
    counted_by_unit,
    kinds_that_came,
    count_sold,
    _people_counted,
    _tested_metrics,
    _nouns,
    take_back,
    how_they_are,
    rows_said_behind,
    counted_once,
    counted_in_its_unit,
    count_averaged,
    amounts_too,
    ratings_asked,
    read_of_special_rows,
    money_of_rows_asked,
)
"""What may name a number that no metric's word names, in order."""
