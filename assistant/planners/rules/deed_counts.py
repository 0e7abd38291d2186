"""How often something was done, where that is asked: 各投诉了几次, how often did they complain, 近30天收到多少投诉.

In: a `Reading` and the place of a verb. Out: the count of its deeds, asked for or as a column; whether a verb only says that what is
counted came in. Never fails: a verb beside no such question is left to be a condition.
"""

import re
from dataclasses import replace

from assistant.planners.rules.draft import Asked, NumberTest, VerbTest
from assistant.planners.rules.reading import Reading


def counts_deeds(r: Reading, at: int, found: list[VerbTest]) -> bool:
    """各投诉了几次, how often they complained: a number of each, no condition."""
    behind, before = r.step(at, 1), r.step(at, -1)
    if behind is not None and r.tokens[behind].text == "有" and r.tokens[behind].has("filler"):
        behind = r.step(behind, 1)  # 投诉有多少件
    near = [n for n in (behind, before, r.step(before or at, -1)) if n is not None]
    near = [n for n in near if r.free(n) or (n in r.count_words and _MESSAGES.fullmatch(r.tokens[n].text))]
    if any(_says_nothing(r, at, n) for n in near):
        r.take(at)
        return False
    asked = next((n for n in near if _asks_times(r, at, n)), None)
    metric = next((m for name in r.behaviours(at) if (m := r.world.count_of_deeds(name))), None)
    if asked is None or metric is None or r.tokens[at].has("again_verb") or _comes_to_do(r, at):
        return False
    r.take(at, asked)
    earlier = bool(found) or r.listed or bool(r.where("which")) or any(r.is_break(i) for i in range(min(at, asked)))
    same = next((t for t in found if set(t.behaviours) & set(r.behaviours(at) or t.behaviours)), None)
    (r.columns if earlier else r.asked).append(Asked(at, (metric,), period=same.period if same is not None else None))
    return True


def of_a_number(r: Reading, at: int) -> bool:
    """who opened 3 or more tickets: the verb of a number of deeds that is tested right behind it, and no deed of its own."""
    behind = r.step(at, 1)
    deeds = [b for s in r.tokens[at].of("behaviour") if (b := r.world.behaviour(s.name)) is not None]
    counts = {m: b.table for b in deeds if (m := r.world.count_of_deeds(b.name)) is not None}
    noun = r.tokens[behind + 1] if behind is not None and behind + 1 < len(r.tokens) else None
    named = noun is not None and any(r.world.is_count(s.name) for s in noun.of("metric"))
    if not named and not any(s.stored for s in r.tokens[at].of("behaviour")):
        return False  # scored us 9 or 10: no number of surveys
    windows = {name: metric for (metric, _), name in r.world.attributes.windows.items()}
    for place, test in enumerate(r.tests):
        if not isinstance(test, NumberTest) or test.at != behind:
            continue
        tested = {*test.metrics, *(windows[d] for d in test.dimensions if d in windows)}
        if counts.keys() & tested:
            return True
        own = [m for m, table in counts.items() if any(_counts_all(r, name, table) for name in test.metrics)]
        if len(own) == 1:  # opened more than 2 messages: of those that were opened, not of all that were sent
            r.tests[place] = replace(test, metrics=(own[0],))
            return True
    return False


def _counts_all(r: Reading, metric: str, table: str) -> bool:
    """Whether a metric counts every row of a table."""
    known = r.world.model.metrics[metric]
    return r.world.is_count(metric) and r.world.tables_of(metric)[:1] == (table,) and getattr(known, "where", None) is None


def comes_in(r: Reading, at: int) -> bool:
    """近30天收到多少投诉: what came in is counted, and was not received by a customer."""
    to = r.beyond(at, 1, "count", "how_much", "total")
    deeds = [b for name in r.behaviours(at) if (b := r.world.behaviour(name)) is not None]
    counted = [m for m in r.metrics(to) if r.world.is_count(m)]
    tables = {t for b in deeds for t in r.world.around(b.table)}
    return r.tokens[at].text in _COMES_IN and bool(counted) and not any(set(r.world.tables_of(m)) & tables for m in counted)


_COMES_IN = ("收到", "收到了", "接到", "接到了", "接收到", "received", "receive")


def _comes_to_do(r: Reading, at: int) -> bool:
    """how often do people come back to buy again: how often they buy, if anything."""
    to = r.step(at, 1)
    return to is not None and bool(r.behaviours(to)) and "to" in r.text.text[r.tokens[at].start : r.tokens[to].start].split()


def _asks_times(r: Reading, verb: int, at: int) -> bool:
    """投诉了几次; 投诉多少件, whose 件 is a word of measure there though it may name a metric of other facts."""
    token = r.tokens[at]
    if token.has("times_asked") and not token.is_content:
        return True
    if at > verb and _MESSAGES.fullmatch(token.text):
        return True  # 女性会员点开了多少条短信: no number of people
    if token.has("people"):
        return False  # 上周活跃了多少人: how many did it, not how often
    other = _counts_others(r, verb, at)
    return token.has("count") and at > verb and bool(other) and len(other) == len(r.metrics(at)) == len(token.senses)


_MESSAGES = re.compile("(?:多少|几)[条封]")


def _counts_others(r: Reading, verb: int, at: int) -> list[str]:
    """The metrics that a word may be of other facts than those that a verb makes."""
    tables = {
        t for name in r.behaviours(verb) if (b := r.world.behaviour(name)) for t in (b.table, *r.world.graph.details(b.table))
    }
    return [name for name in r.metrics(at) if not set(r.world.tables_of(name)) & tables]


def _says_nothing(r: Reading, verb: int, at: int) -> bool:
    """门店开了多少单: no tickets, whose noun the verb needs to say anything; 提了多少件 are, in whose unit tickets are counted."""
    token, other = r.tokens[at], _counts_others(r, verb, at)
    counts = [m for name in r.behaviours(verb) if (m := r.world.count_of_deeds(name)) is not None]
    units = {_unit(r, m) for m in counts} & {_unit(r, name) for name in other}
    return at > verb and r.helps_only(verb) and bool(other) and not units and not token.has("people", "times_asked")


def _unit(r: Reading, metric: str) -> str | None:
    unit = r.world.model.metrics[metric].unit
    return unit.zh if unit is not None else None


def in_own_time(r: Reading) -> bool:
    """how many people signed up in September compared to September last year: those who did it are what is compared, in its time."""
    verbs = [t for t in r.tests if isinstance(t, VerbTest)]
    count = r.world.counts.get(r.world.model.domain.entity)
    plain = len(verbs) == 1 and verbs[0].did and verbs[0].at_least == 1 and verbs[0].at_most is None and verbs[0].after is None
    if not plain or verbs[0].period is None or any(a.names != (count,) for a in r.asked) or len(r.asked) != 1:
        return False
    for name in verbs[0].behaviours:
        behaviour = r.world.behaviour(name)
        metric = r.world.count_of_joining(name)
        if metric is None and behaviour is not None:
            metric = r.world.distinct_of(behaviour.table, behaviour.where)
        if metric is not None:
            r.asked = [replace(r.asked[0], names=(metric,))]
            r.tests = [*(t for t in r.tests if t is not verbs[0]), *verbs[0].objects]
            r.period = verbs[0].period
            return True
    return False


_HOW_MANY_EACH = re.compile(
    r"(?:[,;.?:]|(?<![a-z])(?:and|with|show|plus)) *(?:and |then )*(?:show |list |give |tell |add )?(?:me |us )?(?:also )?"
    r"(?:how many|how often|the number of)(?: times)?(?: [a-z]+){0,2}?"
    r" (?:for each|each|per (?:customer|person|member)|they (?:have|had)|each (?:has|had))\W*$"
)


def asks_each(r: Reading) -> bool:
    """Whether a list is asked for by its last column alone: and how many each."""
    last = r.tokens[-1] if r.tokens else None
    return last is not None and last.text == "each" and last.has("times_asked") and not last.senses


def mark_how_many_each(r: Reading) -> None:
    """customers with 3 or more refunds, and how many each: the number that they were tested by, as one more column of their list."""
    said = _HOW_MANY_EACH.search(r.text.text)
    if said is None or r.follows is not None:
        return
    tested = any((t.comparison or t.number) and t.end <= said.start() for t in r.tokens)
    inside = [i for i, t in enumerate(r.tokens) if t.start >= said.start() and t.role != "break"]
    if (
        not tested
        or not inside
        or not any(r.is_person(i) or t.has("who", "people", "list") for i, t in enumerate(r.tokens[: inside[0]]))
    ):
        return
    named = {s.name for i in inside for s in r.tokens[i].of("metric")}
    if named and not named & {s.name for t in r.tokens[: inside[0]] for s in t.of("metric")}:
        return  # spent over 5000 this year, and how many orders each: another number, of which time is not said
    first = replace(r.tokens[inside[0]], text="each", senses=(), ops=frozenset({"times_asked"}), role="meaning")
    rest = (t for i, t in enumerate(r.tokens) if i not in inside)
    r.tokens = (*(t for t in rest if t.end <= said.start() + 1), first)


def how_often(r: Reading) -> None:
    """今年退款超过两次的客户，带上次数: how often each of them did what was said of them."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and t.did and t.after is None]
    metric = next((m for name in deeds[0].behaviours if (m := r.world.count_of_deeds(name))), None) if len(deeds) == 1 else None
    numbers = [t for t in r.tests if isinstance(t, NumberTest) and (t.metrics or t.dimensions)]
    last = len(r.tokens) - 1
    if asks_each(r):
        if len(numbers) == 1:
            r.columns.append(Asked(last, numbers[0].metrics, None, numbers[0].dimensions, period=numbers[0].period))
            r.take(last)
        elif metric is not None:
            r.columns.append(Asked(last, (metric,), period=deeds[0].period))
            r.take(last)
        return
    for at in r.where("times_asked") if metric is not None else ():
        before = r.tokens[at - 1] if at else None
        marked = before is not None and before.has("with", "add", "list") and not before.senses
        listed = at > 1 and r.listed and (r.is_break(at - 1) or r.tokens[at - 1].has("and", "comma"))
        beside = listed and bool(r.tokens[at - 2].of("dimension"))  # 给我ID和次数
        if not r.tokens[at].senses and (marked or beside):
            r.columns.append(Asked(at, (metric,) if metric is not None else (), period=deeds[0].period))
            r.take(at, at - 1)


_SHOWN = re.compile(
    r"(?:[,;:.?]|(?<![a-z])(?:and|then)) *(?:please )?(?:show|include|give|add|list|with)(?: me| us)?(?: also)? (?:the |their |that )?$"
)


def number_shown(r: Reading) -> list[int]:
    """members with at least 4 tickets in the last 180 days, show the number of tickets: what was tested of each, as a column."""
    tested = [t for t in r.tests if isinstance(t, NumberTest) or (isinstance(t, VerbTest) and t.did and t.at_least > 1)]
    metrics: set[str | None] = set()
    for test in tested:
        if isinstance(test, VerbTest):
            metrics |= {r.world.count_of_deeds(name) for name in test.behaviours}
        else:
            windows = (r.world.attributes.window_of(name) for name in test.dimensions)
            metrics |= {*test.metrics, *(found[0] for found in windows if found is not None)}
    places = [at for at in range(len(r.tokens)) if set(r.metrics(at)) & metrics and all(t.at < at for t in tested)]
    return [at for at in places if _SHOWN.search(r.text.text[: r.tokens[at].start])]
