"""Where deeds were done, said in front: in the app last week, how many people added to cart; 天猫今年有多少人买过护肤.

In: a `Reading` whose verbs and values are read; for funnels, its tests. Out: a value of the facts that the deeds are (the channel of an
order), which stands apart from people, becomes an object of the deeds; said beside people (APP客户) it stays theirs. Never fails.
"""

import re
from dataclasses import replace

from assistant.language.mentions import Piece
from assistant.language.values import Scalar
from assistant.planners.rules.asked_when import asks_when
from assistant.planners.rules.draft import Test, ValueTest, VerbTest
from assistant.planners.rules.kin import kind_of
from assistant.planners.rules.reading import Reading


def place_values(r: Reading) -> None:
    """上个月在门店消费超过1000的: where it was done, and no stores that are told apart; 门店和天猫分别看: two values of one kind."""
    r.tokens = tuple(_part_of_time(r, at) if t.has("part_weekday") and t.of("value") else t for at, t in enumerate(r.tokens))
    r.tokens = tuple(_placed(r, at) if t.of("value") and t.of("entity") else t for at, t in enumerate(r.tokens))
    r.tokens = tuple(_of_place(r, at) if t.of("value") else t for at, t in enumerate(r.tokens))


def _of_place(r: Reading, at: int) -> Piece:
    """在华东门店买过, bought in East China stores: where the stores are, and not where the people live."""
    token, thing = r.tokens[at], r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    if thing is None or r.text.text[token.end : thing.start].strip() or r.is_person(at + 1):
        return token
    dimensions, entities = r.world.model.dimensions, r.world.model.entities
    tables = {dimensions[s.name].table for s in thing.of("dimension")} | {entities[s.name].table for s in thing.of("entity")}
    kinds = {dimensions[s.name].table for s in thing.of("value")}
    tables |= kinds if len(kinds) == 1 and kind_of(r, thing) else set()  # 华南旗舰店
    own = tuple(s for s in token.of("value") if dimensions[s.name].table in tables)
    return replace(token, senses=own) if own and len(own) < len(token.senses) and _done_in(r, at) else token


def _done_in(r: Reading, at: int) -> bool:
    """Whether something was done at the place that a value and its noun name."""
    before = r.text.text[: r.tokens[at].start]
    if not r.tokens[at].text.isascii():
        behind = r.tokens[at + 2] if at + 2 < len(r.tokens) else None
        return behind is not None and bool(behind.of("behaviour")) and before.endswith(("在", "去", "到", "从"))
    verb = r.step(at, -1)
    return _IN.search(f"{before}{r.tokens[at].text}") is not None and verb is not None and bool(r.tokens[verb].of("behaviour"))


_IN = re.compile(r"(?<![a-z])(?:in|at|from) [^,]{3,40}$")


def _part_of_time(r: Reading, at: int) -> Piece:
    """which weekday, the best weekday for app sales: each of them, and no working days."""
    before = r.tokens[at - 1] if at else None
    asked = before is not None and before.has("which", "best", "worst", "most", "least") and not before.senses
    return replace(r.tokens[at], senses=()) if asked else r.tokens[at]


def _placed(r: Reading, at: int) -> Piece:
    token = r.tokens[at]
    if _done_there(r, at) or _beside_value(r, at) or _sold_when(r, at):
        return replace(token, senses=tuple(token.of("value")))
    if token.of("dimension") and THINGS_ASKED.match(r.text.text, token.end):  # 9月订单下降的门店有哪些
        return replace(token, senses=tuple(s for s in token.senses if s.kind != "value"))
    return token


THINGS_ASKED = re.compile("都?[有是]哪[些几]")
"""下降的门店有哪些: the things, whatever else goes by their name."""


def _done_there(r: Reading, at: int) -> bool:
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    done = behind is not None and (behind.of("behaviour") or behind.has("money_verb")) and not behind.of("metric")
    return bool(done) and r.text.text[: r.tokens[at].start].endswith("在")


def _sold_when(r: Reading, at: int) -> bool:
    """which weekday do stores sell the most: where it was sold, and no stores that are told apart: when is asked."""
    behind = r.tokens[at + 1] if at + 1 < len(r.tokens) else None
    sold = behind is not None and behind.has("sells_high", "sells_low")
    which = at > 0 and r.tokens[at - 1].has("which", "by", "per_group")
    return sold and not which and any(asks_when(t) for t in r.tokens[:at])


def _beside_value(r: Reading, at: int) -> bool:
    """Whether `and` ties a noun to a word that is a value of the same kind and nothing else."""
    own = {s.name for s in r.tokens[at].of("value")}
    for tie, other in ((at + 1, at + 2), (at - 1, at - 2)):
        if 0 <= other < len(r.tokens) and r.tokens[tie].has("and") and not r.tokens[tie].is_content:
            kinds = {s.kind for s in r.tokens[other].senses}
            if kinds == {"value"} and own & {s.name for s in r.tokens[other].of("value")}:
                return True
    return False


def settle_places(r: Reading) -> None:
    """Moves values said in front of deeds into them, where people are counted or listed."""
    deeds = [t for t in r.tests if isinstance(t, VerbTest) and t.after is None]
    if r.follows is not None or not deeds or not _about_people(r):
        return
    deeds += _never_gone(r, deeds)
    for value in [t for t in r.tests_of_values() if _is_apart(r, t)]:
        done = [t for t in deeds if value.at < t.verb and not _says(t, value)]
        if not done or len(done) < len(deeds) or not all(of_deed(r, t.behaviours, value) for t in done):
            continue
        r.tests = [
            replace(t, objects=(*t.objects, _of_facts(r, t, value))) if t in done else t for t in r.tests if t is not value
        ]
        deeds = [t for t in r.tests if isinstance(t, VerbTest)]


_GONE = re.compile("(?:从[不没未]|从来[不没]|[不没]有?)再?[去进到逛]过?$")


def _never_gone(r: Reading, deeds: list[VerbTest]) -> list[VerbTest]:
    """只在线上买、从不去门店的: where they never did what was said right before."""
    found = []
    for value in [t for t in r.tests_of_values() if t.negated and 0 <= t.at < len(r.tokens)]:
        last = max((t for t in deeds if t.verb < value.at), key=lambda t: t.verb, default=None)
        options = _facts(r, last.behaviours, value) if last is not None else ()
        if last is not None and options and _GONE.search(r.text.text[: r.tokens[value.at].start]):
            object_ = replace(value, options=options, negated=False)
            found.append(replace(last, at=value.at, did=False, objects=(object_,), at_least=1, at_most=None))
            r.tests = [found[-1] if t is value else t for t in r.tests]
    return found


def of_deed(r: Reading, behaviours: tuple[str, ...], value: ValueTest) -> bool:
    """Whether a dimension of a value is one of the very facts that these deeds are."""
    return bool(_facts(r, behaviours, value))


def _facts(r: Reading, behaviours: tuple[str, ...], value: ValueTest) -> tuple[tuple[str, tuple[Scalar, ...]], ...]:
    tables = {b.table for name in behaviours if (b := r.world.behaviour(name)) is not None}
    own = r.world.entity.table if r.world.entity is not None else ""
    return tuple((d, v) for d, v in value.options if (tables - {own}) & set(r.world.homes(d)) and own not in r.world.homes(d))


def _of_facts(r: Reading, deed: VerbTest, value: ValueTest) -> Test:
    return replace(value, options=_facts(r, deed.behaviours, value))


def _is_apart(r: Reading, value: ValueTest) -> bool:
    """Whether nobody is named beside a value, and no noun says of what it is."""
    return not (value.beside or value.hints or value.rank) and len(value.options) > 1 and value.at < len(r.tokens)


def _says(deed: VerbTest, value: ValueTest) -> bool:
    """Whether a deed has a place of its own."""
    names = {d for t in deed.objects if isinstance(t, ValueTest) for d, _ in t.options}
    return bool(names & {d for d, _ in value.options})


def _about_people(r: Reading) -> bool:
    """Whether people are what is asked for: listed, or counted with nothing else."""
    others = [t for t in r.tokens if t.of("metric") and not any(r.world.counts_people(s.name) for s in t.of("metric"))]
    measured = [t for t in others if not (t.of("entity") or t.of("behaviour") or t.of("value"))]
    return not measured and not any(t.has("money_verb") and not t.of("behaviour") for t in r.tokens)


def places_of_steps(r: Reading, behaviours: tuple[str, ...]) -> list[ValueTest]:
    """APP的漏斗, mini-program funnel in September: the values that say where all of these steps were done."""
    return [t for t in r.tests_of_values() if _is_apart(r, t) and all(of_deed(r, (name,), t) for name in behaviours)]
