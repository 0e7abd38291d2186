"""Thresholds of groups that name no metric: provinces where more than 5% of orders got cancelled, 投诉满5件的城市.

In: a `Reading` before its comparisons are read. It gains a test of the declared rate that a part is of the whole (the cancellation
rate), or the verb becomes the count of what it does. Never fails; where nothing is declared, the words are asked about.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Sense
from assistant.planners.rules.draft import NumberTest, Test, ValueTest
from assistant.planners.rules.kin import quotient, rate_of, rows_where
from assistant.planners.rules.rate_words import rates_in_front
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.units import in_its_unit
from semantic_layer.model import BehaviourType, RatioMetric, SimpleMetric


def read_portions(r: Reading) -> None:
    """Each percentage in front of what is counted, with what is said of it."""
    for at, token in enumerate(r.tokens):
        c = token.comparison
        if c is None or c.kind != "percent" or not r.free(at) or token.senses:
            continue
        whole = r.beyond(at, 1, "within", "by")
        tables = set(_counted(r, whole)) if whole is not None else set()
        part = next((i for i in _behind(r, whole) if declared_rate(r, i, tables) is not None), None)
        rate = declared_rate(r, part, tables) if part is not None else None
        if rate is not None and part is not None:
            r.tests.append(NumberTest(at, c.op, in_its_unit(r.world, rate, c), (rate,), unit=c.unit, percent=True))
            r.take(at, part, *(i for i in r.between(at, part)))
            return


def read_parts_asked(r: Reading) -> None:
    """first response per type, plus how many of them got resolved in %; 上个月工单多少，解决了百分之几: the declared rate, beside the
    number of the same rows that was asked for before."""
    for clause in _clauses(r):
        shares = [i for i in clause if r.tokens[i].has("share") and not r.tokens[i].of("metric")]
        tables = {t for i in range(clause[0]) for t in _asked_of(r, i)} if shares else set()
        part = next((i for i in clause if r.free(i) and declared_rate(r, i, tables) is not None), None)
        rate = declared_rate(r, part, tables) if part is not None else None
        rest = [i for i in clause if i != part and r.tokens[i].senses and not r.tokens[i].has("filler")]
        if rate is not None and part is not None and not rest and not r.is_person(part):
            r.tokens = tuple(
                replace(t, senses=(Sense("metric", rate),), ops=frozenset())
                if i == part
                else _only_counted(t)
                if i < clause[0]
                else t
                for i, t in enumerate(r.tokens)
            )
            _as_conditions(r, range(clause[0]), rate)
            r.take(*(i for i in clause if i != part and not r.tokens[i].time))
            return


def _as_conditions(r: Reading, places: Iterable[int], rate: str) -> None:
    """complaints last month, and what share were resolved: the number and the rate are both of tickets that are complaints."""
    ratio, model = r.world.model.metrics[rate], r.world.model
    whole = model.metrics.get(ratio.denominator) if isinstance(ratio, RatioMetric) else None
    for at in places:
        for metric in (model.metrics[name] for name in r.metrics(at)):
            if not isinstance(whole, SimpleMetric) or not isinstance(metric, SimpleMetric) or metric.measure != whole.measure:
                continue
            some = metric.where is not None and metric.where != whole.where
            table = r.world.tables_of(metric.name)[0]
            value = r.world.value_where(table, metric.where or "") if some else None
            if value is not None and value != r.world.usual_rows(table):
                _say(r, at, whole.name)
                r.tests.append(ValueTest(at, ((value[0], (value[1],)),)))


def read_again(r: Reading) -> None:
    """what percentage of this year's buyers bought again: the declared rate of those who did so more than once."""
    share = next(iter(r.where("share")), None)
    again = next(iter(r.where("again_verb")), None)
    people = next((at for at in range(len(r.tokens)) if r.counts_people(at) and not r.is_person(at)), None)
    if share is None and again is not None and _is_judged(r, again):
        _say_rate_of(r, again)
        return
    if share is None or again is None or people is None or r.tokens[share].senses or r.follows is not None:
        return
    deeds = {b.table for s in r.tokens[again].of("behaviour") if (b := r.world.behaviour(s.name)) is not None}
    whole = [m for m in r.metrics(people) if not deeds or set(r.world.tables_of(m)) & deeds]
    rates = ((n, m) for n, m in r.world.model.metrics.items() if isinstance(m, RatioMetric) and m.format == "percent")
    rate = next((n for n, m in rates if m.denominator in whole and r.world.counts_people(m.numerator)), None)
    if rate is not None:
        _say(r, again, rate)
        r.take(share, people)


def _is_judged(r: Reading, at: int) -> bool:
    """谁的复购更好, 各渠道的复购怎么样: how something is behind the bare word, which is no deed then."""
    behind = r.step(at, 1)
    return behind is not None and r.tokens[behind].has(
        "how_is", "comparative", "most", "least", "best", "worst", "compare_high", "compare_low"
    )


def _say_rate_of(r: Reading, at: int) -> None:
    """Makes a deed done again the name of the declared rate of those who did it again, where there is one."""
    tables = {b.table for s in r.tokens[at].of("behaviour") if (b := r.world.behaviour(s.name)) is not None}
    ratios = ((n, m) for n, m in r.world.model.metrics.items() if isinstance(m, RatioMetric) and m.format == "percent")
    both = [n for n, m in ratios if r.world.counts_people(m.numerator) and r.world.counts_people(m.denominator)]
    named = [n for n in both if r.tokens[at].text in r.world.model.metrics[n].label.zh and set(r.world.tables_of(n)) & tables]
    if len(named) == 1:
        _say(r, at, named[0])


def _say(r: Reading, at: int, metric: str) -> None:
    """Makes a word the name of a metric."""
    said = replace(r.tokens[at], senses=(Sense("metric", metric),), ops=frozenset())
    r.tokens = (*r.tokens[:at], said, *r.tokens[at + 1 :])


def read_how_well(r: Reading) -> None:
    """how well did our messages get opened: the declared rate of what they come to."""
    for at in (i for i in r.where("how_is") if _HOW_WELL.match(r.tokens[i].text)):
        whole = next((i for i in range(at + 1, len(r.tokens)) if set(_counted(r, i)) and not r.is_person(i)), None)
        tables = set(_counted(r, whole)) if whole is not None else set()
        part = next((i for i in _behind(r, whole) if declared_rate(r, i, tables) is not None), None)
        rate = declared_rate(r, part, tables) if part is not None else None
        if rate is not None and part is not None and whole is not None:
            _say(r, part, rate)
            r.take(at, whole, *(i for i in r.between(whole, part) if r.tokens[i].has("filler")))


_HOW_WELL = re.compile(r"how (?:well|often) (?:did|do|does|were|was|are|is|have|has)")

_IN_PERCENT = re.compile(r"in (?:a )?(?:percent(?:age)?s?|%|pct)|percentage[- ]wise|(?:as|in) (?:a )?(?:percentages?|rates?)")
_PERCENT_OF = re.compile(r"(?:as )?(?:a |an )?(?:percent(?:age)?|%|pct|share|proportion|fraction|rate) of(?: the| our| all)?")


def read_rates(r: Reading) -> None:
    """refunds in percent, complaints as a percentage of orders: the declared rate of the two, where there is one."""
    for at in r.where("share"):
        part = r.step(at, -1)
        if not r.free(at) or r.tokens[at].senses or part is None or not r.free(part) or r.is_person(part):
            continue
        whole = r.step(at, 1) if _PERCENT_OF.fullmatch(r.tokens[at].text) else None
        pairs = [(m, n) for m in r.metrics(part) for n in r.metrics(whole)] if whole is not None else []
        rate = next((q for m, n in pairs if (q := quotient(r.world, m, n)) is not None), None)
        if rate is None and _IN_PERCENT.fullmatch(r.tokens[at].text):
            rate, whole = next((q for m in r.metrics(part) if (q := rate_of(r.world, m)) is not None), None), None
        if rate is not None:
            found = rates_in_front(r, part) if whole is None else []
            _say(r, part, rate)
            r.take(at, whole)
            for first, other in found:
                _say(r, first, other)  # opens and clicks in %


def _clauses(r: Reading) -> Iterator[list[int]]:
    """The places between stops and `and`, in order."""
    held: list[int] = []
    for at, token in enumerate(r.tokens):
        if r.is_break(at) or (token.has("and") and not token.senses):
            if held:
                yield held
            held = []
        else:
            held.append(at)
    if held:
        yield held


def _asked_of(r: Reading, at: int) -> tuple[str, ...]:
    """The tables of a number that is asked for; of the tickets, what share …: those are none."""
    before = r.text.text[: r.tokens[at].start].rstrip()
    among = any(
        before == word or before.endswith(f" {word}")
        for word in ("of", "of the", "of all", "of our", "among", "out of", "for", "for the", "for all")
    )
    asked = not r.is_person(at) and (r.tokens[at].of("metric") or r.entities(at)) and (not among or r.tokens[at - 1].has("count"))
    tables = [table for name in r.metrics(at) for table in r.world.tables_of(name)[:1]]
    return tuple(tables or (r.world.model.entities[name].table for name in r.entities(at))) if asked else ()


def _only_counted(token: Piece) -> Piece:
    """tickets by channel, and how many of them …: the number itself is asked for too, the word is no mere noun."""
    counts = tuple(sense for sense in token.senses if sense.kind == "metric")
    return replace(token, senses=counts) if counts and token.of("entity") else token


def read_deeds_of_groups(r: Reading) -> None:
    """投诉满5件的城市, 下单满100单的门店: not who did it so often, but where it was done so often."""
    if any(r.is_person(at) or r.tokens[at].has("people") for at in range(len(r.tokens))) or r.follows is not None:
        return
    for at in range(len(r.tokens) - 1):
        c = r.tokens[at + 1].comparison
        counts = c is not None and c.kind == "cardinal" and c.unit in (None, "order", "piece", "time")
        names = [m for b in r.behaviours(at) if (m := r.world.count_of_deeds(b)) is not None] if counts and r.free(at) else []
        noun = r.tokens[at + 2] if at + 2 < len(r.tokens) else None
        named = r.tokens[at].has("filler") or (
            noun is not None and bool(noun.of("entity") or noun.of("metric"))
        )  # had 700 orders
        if names and not named and not r.metrics(at) and any(_heads(r, i) for i in range(len(r.tokens)) if i not in (at, at + 1)):
            counted = replace(r.tokens[at], senses=(Sense("metric", names[0]),), ops=frozenset())
            r.tokens = (*r.tokens[:at], counted, *r.tokens[at + 1 :])


def _heads(r: Reading, at: int) -> bool:
    """Whether a word names what is asked for: 哪些城市…, …的城市."""
    if not any(r.world.is_groupable(d) for d in r.dimensions(at)) or r.value_options(at):
        return False
    which = at > 0 and r.tokens[at - 1].has("which")
    last = at + 1 == len(r.tokens) or r.is_break(at + 1) or r.tokens[at + 1].has("list", "which", "exists", "filler")
    return which or (last and at > 0 and r.text.text[: r.tokens[at].start].endswith("的"))


def _behind(r: Reading, whole: int | None) -> Iterator[int]:
    """The next places of the clause: got, were, 被 may stand between."""
    at = r.step(whole, 1) if whole is not None else None
    while at is not None and not r.is_break(at):
        yield at
        if r.tokens[at].senses and not r.tokens[at].has("filler"):
            return
        at = r.step(at, 1)


def _counted(r: Reading, at: int) -> Iterator[str]:
    """The tables whose rows a word counts: orders, tickets."""
    yield from (r.world.model.entities[name].table for name in r.entities(at))
    yield from (table for name in r.metrics(at) if r.world.is_count(name) for table in r.world.tables_of(name)[:1])


def declared_rate(r: Reading, part: int, tables: set[str]) -> str | None:
    """The first rate whose numerator counts these rows and whose denominator counts rows of one of the tables."""
    return next(iter(declared_rates(r, part, tables)), None)


def declared_rates(r: Reading, part: int, tables: set[str]) -> Iterator[str]:
    """Every such rate."""
    for name, ratio in r.world.model.metrics.items():
        if (
            isinstance(ratio, RatioMetric)
            and set(r.world.tables_of(ratio.denominator)[:1]) & tables
            and _counts(r, ratio.numerator, part)
        ):
            yield name


def _counts(r: Reading, name: str, part: int) -> bool:
    """Whether a metric counts the rows that a word describes: cancelled, opened."""
    metric = r.world.model.metrics.get(name)
    measure = r.world.measure_of(metric) if metric is not None else None
    if not isinstance(metric, SimpleMetric) or measure is None or metric.where is None or not r.world.is_count(name):
        return False
    limit = r.world.value_where(measure.table, metric.where)
    valued = limit is not None and any(d == limit[0] and v == limit[1] for d, v in r.value_options(part))
    flags = [r.world.model.dimensions[d] for d, v in r.value_options(part) if v is True]
    flagged = any(
        d.table == measure.table and (d.expr or d.name).strip("()").split() == metric.where.strip("()").split() for d in flags
    )
    deeds = [b for n in r.behaviours(part) if (b := r.world.behaviour(n)) is not None and b.where is not None]
    done = any(b.table == measure.table and b.where and b.where.split() == (metric.where or "").split() for b in deeds)
    return valued or flagged or done


def share_of(r: Reading, tests: list[Test]) -> list[Test]:
    """flagship share of Q3 store sales, flagship stores as % of store sales: the tests in front of the share, which is of those behind."""
    for mark in (at for at, token in enumerate(r.tokens) if token.has("share") and not token.senses):
        text, before = r.tokens[mark].text, r.step(mark, -1)
        if mark > 1 and r.tokens[mark - 1].text == "'":
            before = mark - 2  # gold members' share of sales
        front = [t for t in tests if t.at < mark]
        beside = before is not None and any(t.at == before for t in front)
        if text.endswith(" of") and front and (beside or text.startswith(("as ", "in "))):
            return front
    return []


def keep_which(r: Reading, at: int, done: Sequence[BehaviourType]) -> None:
    """金卡会员投诉的工单数: a verb that ties says which of the rows, where it is not what all of them are."""
    values = [v for b in done if b.where and (v := rows_where(r.world, b.table, b.where)) and v != r.world.usual_rows(b.table)]
    if len(done) == len(values) == 1:
        r.tests.append(ValueTest(at, ((values[0][0], (values[0][1],)),)))
