"""Those who did something, by a noun: how many of our 2025 buyers haven't bought this year, 三季度的买家里10月又来买的有多少.

In: a `Reading` whose breakdowns are read and whose verbs are not. Out: a noun that counts who did something (buyers), with something else
said of the same people behind it, is those people, who did it in the time beside the noun. Never fails: a noun with nothing said
behind it stays what is counted.
"""

import re
from dataclasses import replace

from assistant.language.values import Scalar, Sense
from assistant.planners.rules.clauses import NOTHING, describes_deed
from assistant.planners.rules.deed_times import ANY_TIME
from assistant.planners.rules.draft import NumberTest, Test, ValueTest, VerbTest
from assistant.planners.rules.kin import doers
from assistant.planners.rules.lengths import bare_days
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.sequences import AMONG
from semantic_layer.query import Aggregate, MetricUse


def read_doers(r: Reading) -> None:
    """The one noun of people who did something, where another deed of theirs is denied or has a time of its own."""
    entity = r.world.entity
    found = [(at, deed) for at in range(len(r.tokens)) if (deed := _deed(r, at)) is not None]
    if r.follows is not None or entity is None or len(found) != 1 or r.groups:
        return
    at, deed = found[0]
    if any(r.is_person(i) for i in range(len(r.tokens)) if i != at):
        return
    verb = next((i for i in range(at + 1, len(r.tokens)) if r.tokens[i].of("behaviour") and not r.helps_only(i)), None)
    if not _lists_them(r, at) and (verb is None or not _says_more(r, at, verb)):
        return
    verb = len(r.tokens) if verb is None else verb
    with_what = _object_of(r, at, deed)
    when = _time_of(r, at if with_what is None else with_what.at, verb)
    mention = r.tokens[when].time if when is not None else None
    objects = (with_what,) if with_what is not None else ()
    r.tests.append(VerbTest(at, (deed,), objects=objects, period=mention.period if mention is not None else None, verb=at))
    helping = [i for i in r.between(at, verb) if r.behaviours(i) and r.helps_only(i)] if verb in r.used else []
    r.take(when, *helping, *(o.at for o in objects))  # placed no order: read as one already
    r.listed = r.listed or _lists_them(r, at)
    r.counted = r.counted or r.tokens[at].has("count") or _COUNTED.match(r.tokens[at].text) is not None
    r.tokens = (*r.tokens[:at], replace(r.tokens[at], senses=(Sense("entity", entity.name),)), *r.tokens[at + 1 :])


def _lists_them(r: Reading, at: int) -> bool:
    """list the new customers of last week: they are asked for, and not their number."""
    before = r.step(at, -1)
    before = r.step(before, -1) if before is not None and r.tokens[before].time is not None else before
    told = before is not None and r.tokens[before].has("list") and not r.tokens[before].is_content
    return told and r.tokens[at].text.isascii() and not r.tokens[at].has("count")


def _object_of(r: Reading, at: int, deed: str) -> ValueTest | None:
    """Tmall buyers of 2025, 门店买家: what stands right before who did it is how they did it, where that is said of deeds."""
    before = r.step(at, -1)
    if before is None or r.world.count_of_joining(deed) is not None:
        return None
    found: dict[str, tuple[Scalar, ...]] = {}
    for name, value in r.value_options(before) if r.free(before) else ():
        if describes_deed(r, deed, name):
            found[name] = (*found.get(name, ()), value)
    return ValueTest(before, tuple(found.items())) if found else None


_DID = re.compile(
    r"(?:[a-z]+(?:ed|ght)|came|made|put|gave|took|left|got|had|did|ran|spent|paid|went|sent|wrote|rang|spoke)(?: [a-z]+)*"
)


def count_who_did(r: Reading) -> None:
    """how many bought this year: people, where nothing else stands between how many and what they did; whose home store is …: who."""
    if r.tokens and r.tokens[0].text == "whose" and r.follows is None and not any(t.of("metric") for t in r.tokens[:3]):
        opened = replace(r.tokens[0], senses=(), ops=frozenset({"who", "people"}))
        r.tokens = (opened, *r.tokens[1:])
    count = r.world.counts.get(r.world.model.domain.entity)
    for at in range(len(r.tokens) - 1):
        token, verb = r.tokens[at], r.tokens[at + 1]
        plain = token.text == "how many" and not token.senses and _DID.fullmatch(verb.text) is not None
        done = bool(verb.of("behaviour")) and all(s.kind in ("behaviour", "value") for s in verb.senses)
        others = any(t.of("metric") or t.of("entity") or t.of("segment") for t in r.tokens) or r.has_person()
        if plain and done and count is not None and r.follows is None and not others:
            r.tokens = (*r.tokens[:at], replace(token, senses=(Sense("metric", count),), ops=frozenset()), *r.tokens[at + 1 :])
            return


_COUNTED = re.compile(r"how many(?![a-z])|多少|几")


def _deed(r: Reading, at: int) -> str | None:
    """The deed that a noun counts the doers of."""
    names = [name for name in r.metrics(at) if r.world.counts_people(name)]
    beside = [i for i in (r.step(at, -1), r.step(at, 1) if r.tokens[at].text.isascii() else None) if i is not None]
    timed = any(r.tokens[i].time is not None for i in beside)
    joined = timed and any(map(r.world.is_count, names))  # 上个月新客, new customers of last week, no tag
    if (r.tokens[at].of("value") and not joined) or r.tokens[at].of("behaviour"):
        return None
    deeds = r.world.model.behaviours if names else ()
    return next((d for n in names for d in deeds if n in (r.world.count_of_joining(d), doers(r.world, d))), None)


def _says_more(r: Reading, at: int, verb: int) -> bool:
    """Whether the verb is denied, or has a time behind the noun that is not the noun's."""
    between = list(r.between(at, verb))
    count = r.world.counts.get(r.world.model.domain.entity)
    if any(name != count for i in (*between, *range(verb + 1, len(r.tokens))) for name in r.metrics(i)):
        return False
    behind = r.step(verb, 1)
    denied = any(r.tokens[i].has("neg") and not r.tokens[i].is_content for i in between)
    denied = denied or (behind is not None and NOTHING.match(r.tokens[behind].text) is not None)  # placed no order
    own = _time_of(r, at, verb)
    timed = any(t.time is not None and i != own for i, t in enumerate(r.tokens) if i > at)
    among = AMONG.match(r.text.text, r.tokens[at].end) is not None  # 下单客户里有多少投诉过
    part = any(r.tokens[i].has("share") and not r.tokens[i].senses for i in range(at)) and r.tokens[verb].text.isascii()
    part = part or _HOW_MANY_OF.search(r.text.text[: r.tokens[at].start]) is not None
    ordered = any(
        r.tokens[i].has("beforehand", "before_deed", "afterwards") for i in range(at + 1, len(r.tokens))
    )  # had bought before
    return denied or ((timed or ordered) and own is not None) or among or part  # what share of last month's buyers complained


def lend_time(r: Reading) -> None:
    """上个月的下单客户里有多少投诉过: in the time of the noun, where the deed has none of its own and is not said to be of any time.

    9月新注册的人，7天内就下单的; 9月投诉过的客户，30天内又下单的: a bare length of time behind what was done then begins with it."""
    nouns = [t for t in r.tests if isinstance(t, VerbTest) and t.at == t.verb and r.is_person(t.at) and t.period is not None]
    joined = [t for t in r.tests if isinstance(t, VerbTest) and t.period is not None and _joins(r, t) and t.did]
    nouns = nouns or joined or _done_then(r)  # 9月注册的客户里7天内下单的
    others = [t for t in r.tests if isinstance(t, VerbTest) and t not in nouns and not _is_never_before(r, t)]
    if len(nouns) != 1 or len(others) != 1 or others[0].same or others[0].after is not None:
        return
    noun, other = nouns[0], others[0]
    joining = _joins(r, noun)
    days = days_after(r, other) if joining or noun in _done_then(r) else None
    if days is not None:
        later = replace(other, period=None, after=noun, within_days=days)
        part = any(t.has("share") for t in r.tokens)  # of those who did the first; else it is said with the second
        r.tests = [later if t is other else t for t in r.tests if part or t.at != noun.at]
    elif not joining and other.period is None and r.is_person(noun.at) and not noun.first and not ANY_TIME.search(r.text.text):
        r.tests = [replace(t, period=noun.period) if t is other else t for t in r.tests]


_NONE_OF_THEM = re.compile(
    r"(?<![a-z])(?:none|not one|not a single one|any|not any|nothing) of (?:it|them|these|those|this|that)(?![a-z])"
    r"|(?:一|半)[条封个](?:都|也)?(?:没|未)"
)


def none_of_them(r: Reading) -> None:
    """sent more than 3 messages in the last 90 days, who opened none of them: of those messages, and not of all there ever were."""
    counted = [t for t in r.tests if isinstance(t, NumberTest) and t.period is not None and t.metrics]
    done = [t for t in r.tests if isinstance(t, VerbTest) and t.did and t.period is not None and t.after is None]
    if len(counted) + len(done) != 1 or _NONE_OF_THEM.search(r.text.text) is None:
        return
    first: NumberTest | VerbTest = counted[0] if counted else done[0]
    objects = done[0].objects if done else ()
    tables = set(r.world.tables_of(counted[0].metrics[0])) if counted else _tables_of(r, done[0])
    for place, test in enumerate(r.tests):
        bare = isinstance(test, VerbTest) and test is not first and test.period is None and test.after is None and not test.same
        if isinstance(test, VerbTest) and bare and not (done and test.did) and tables & _tables_of(r, test):
            r.tests[place] = replace(test, period=first.period, objects=test.objects or objects)


def _tables_of(r: Reading, test: VerbTest) -> set[str]:
    """The tables whose rows are what was done."""
    return {b.table for name in test.behaviours if (b := r.world.behaviour(name)) is not None}


def _done_then(r: Reading) -> list[VerbTest]:
    """The deed that is said first, where it was done in a time that is over: what was done within 7 days is of that."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and not _is_never_before(r, t)]
    first = min(deeds, key=lambda t: t.at, default=None)
    if first is None or not first.did or first.period is None or first.period.end is None or first.period.end >= r.today:
        return []
    return [first] if len(deeds) == 2 and (first.at_least, first.at_most) == (1, None) else []


def lend_to_whole(r: Reading) -> None:
    """what percent of buyers bought more than once last month: of the buyers of last month, as nobody else could have.

    Only where both are the same deed: of all buyers, those who complained last month may be meant."""
    if not any(t.has("share") and not t.senses for t in r.tokens):
        return
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and t.did and t.after is None]
    for place, whole in enumerate(r.tests):
        if not isinstance(whole, VerbTest) or whole not in deeds or not _is_bare_noun(r, whole):
            continue
        times = {t.period for t in deeds if t is not whole and set(t.behaviours) & set(whole.behaviours)}
        if len(times) == 1:
            r.tests[place] = replace(whole, period=next(iter(times)))


def _is_bare_noun(r: Reading, test: VerbTest) -> bool:
    bare = test.period is None and not test.same and not test.objects and (test.at_least, test.at_most) == (1, None)
    return bare and test.at == test.verb and r.is_person(test.at)


def since_joining(r: Reading) -> None:
    """new customers in September who bought within 7 days: of their joining, which is what is counted; not in the last 7."""
    names = {name for asked in r.asked for name in asked.names}
    deed = next((d for d in r.world.model.behaviours if names == {r.world.count_of_joining(d)}), None)
    if deed is None or r.follows is not None or r.period is None:
        return
    for place, test in enumerate(r.tests):
        days = days_after(r, test) if isinstance(test, VerbTest) and test.after is None else None
        if isinstance(test, VerbTest) and days is not None:
            first = VerbTest(test.at, (deed,), verb=test.verb)  # once, in the time of the count
            r.tests[place] = replace(test, period=None, after=first, within_days=days)


def _is_never_before(r: Reading, test: VerbTest) -> bool:
    """今年一季度首单的客户: what makes the deed beside it the first one."""
    return not test.did and any(isinstance(t, VerbTest) and t.did and t.at == test.at for t in r.tests)


def _joins(r: Reading, test: VerbTest) -> bool:
    return any(r.world.count_of_joining(name) is not None for name in test.behaviours)


def days_after(r: Reading, deed: VerbTest) -> int | None:
    """The days of 7天内, within 7 days, where that is the time of a deed."""
    said = [at for at, t in enumerate(r.tokens) if t.time is not None and t.time.period == deed.period]
    return next((days for at in said if (days := bare_days(r, at)) is not None), None) if deed.did else None


_HOW_MANY_OF = re.compile(r"(?<![a-z])how many of (?:the |our )?(?:[a-z0-9' ]+)?$")


def _time_of(r: Reading, at: int, verb: int) -> int | None:
    """The time right beside the noun: in front of it, or behind it and a good way before the verb."""
    before, behind = r.step(at, -1), r.step(at, 1)
    if before is not None and r.free(before) and r.tokens[before].time is not None:
        return before
    while behind is not None and behind < verb and not r.tokens[behind].time and (r.metrics(behind) or r.is_person(behind)):
        behind = r.step(behind, 1)  # Tmall | buyers of 2025
    near = behind is not None and r.free(behind) and r.tokens[behind].time is not None and r.tokens[at].text.isascii()
    return behind if near and behind is not None and behind < verb else None


def of_those_counted(r: Reading) -> None:
    """who buys coffee? buyers by age group, past year: what they did who are counted by it, in the time that they are counted in."""
    names = {name for asked in r.asked for name in asked.names}
    if r.period is None or r.follows is not None or len(names) != 1:
        return
    for place, test in enumerate(r.tests):
        counted = isinstance(test, VerbTest) and test.did and test.after is None and test.period is None and not test.same
        if isinstance(test, VerbTest) and counted and names & {doers(r.world, deed) for deed in test.behaviours}:
            r.tests[place] = replace(test, same=True)


def since_they_joined(r: Reading, test: Test, last: Aggregate) -> Test:
    """how many new customers in September, then how many of them bought within 30 days: of their joining, and not the last 30."""
    metrics = [m.metric for m in last.metrics if isinstance(m, MetricUse)]
    deed = next((d for d in r.world.model.behaviours if len(metrics) == 1 and r.world.count_of_joining(d) == metrics[0]), None)
    days = days_after(r, test) if deed is not None and isinstance(test, VerbTest) and test.after is None else None
    if deed is None or days is None or not isinstance(test, VerbTest):
        return test
    return replace(test, period=None, after=VerbTest(test.at, (deed,), period=last.period, verb=test.verb), within_days=days)
