"""What is ranked where only a noun in front says it: 今年的唤醒券，按转化率排个序; stores in Guangzhou, AOV this year, highest first.

In: a `Reading` whose rankings and breakdowns are read: an order of a number, and nothing that it could be the order of. It gains the
breakdown by the name of the one kind of things that was spoken of; a value that tells of which kind they are stays a condition. Never
fails; of people, of several kinds of things, or of a value that may be told apart in several ways (美妆销售额排名: its brands or its
products), nothing is taken.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.language.values import Sense
from assistant.planners.rules.draft import Group
from assistant.planners.rules.kin import kind_of, things_of_value
from assistant.planners.rules.nouns import names_things
from assistant.planners.rules.reading import Reading


def rank_the_named(r: Reading) -> None:
    """The one kind of things in front of the number that puts them in order."""
    if r.ranking is None or r.ranking.target or r.groups or r.listed or r.follows is not None or _is_split(r):
        return
    measures = [i for i, t in enumerate(r.tokens) if t.of("metric") and not (r.is_person(i) or _SEVERAL.match(t.text))]
    if not measures or _speaks_of_people(r):
        return
    found = list(_things(r, max(measures)))
    names = {name for _, _, name in found}
    told_apart = len(found) == 1 or not any(r.tokens[at].of("value") for at, _, _ in found[1:])
    if len(names) != 1 or not told_apart:
        return
    at, entity, name = found[0]
    r.groups.append(Group(at, (name,)))
    r.ranking = replace(r.ranking, target=(name,))
    if kind_of(r, r.tokens[at]) is None and not _is_kind(r, at):
        senses = (Sense("dimension", name), Sense("entity", entity))  # 广州的几家店: Guangzhou is where the stores are
        r.tokens = (*r.tokens[:at], replace(r.tokens[at], senses=senses), *r.tokens[at + 1 :])
        r.take(at)


_SEVERAL = re.compile("几(?!乎)")
_TO_THEM = re.compile(r"(?:[给向对]|发给)(?:我们的?|咱们的?)?$|(?<![a-z])to (?:our |the |all )*$")


def _is_split(r: Reading) -> bool:
    """Whether a time or a word for which of them is left, that the order may be of: 哪个月, which days."""
    asked = (r.tokens[at + 1] for at in r.where("which") if at + 1 < len(r.tokens))
    return any(t.grain is not None for t in r.tokens) or any(t.of("dimension") or t.of("entity") for t in asked)


def _speaks_of_people(r: Reading) -> bool:
    """Whether people are who may be ranked; those that something was sent to are not."""
    people = [i for i, t in enumerate(r.tokens) if t.has("who", "people") or r.is_person(i) or t.of("segment")]
    return any(not _TO_THEM.search(r.text.text[: r.tokens[i].start]) for i in people)


def _things(r: Reading, end: int) -> Iterator[tuple[int, str, str]]:
    """The places of things, what they are, and the dimension that names them."""
    world = r.world
    for at in range(end):
        token = r.tokens[at]
        some = [e for e, count in world.counts.items() if _SEVERAL.match(token.text) and count in r.metrics(at)]
        kind = kind_of(r, token, by_word=not _is_kind(r, at))
        plain = r.free(at) and bool(r.entities(at)) and not r.metrics(at) and (not token.of("value") or _names_them(r, at))
        entities = some or ([kind] if kind is not None else list(r.entities(at)) if plain else [])
        for entity in (e for e in entities if e != world.model.domain.entity):
            own = [c for c in world.model.entities[entity].columns if world.is_groupable(c) and not world.is_key(c)]
            told = kind is not None or bool(some) or bool(set(own) & set(r.dimensions(at)))
            yield from ((at, entity, name) for name in own[:1] if told)


def _names_them(r: Reading, at: int) -> bool:
    """stores in Guangzhou, 华东的门店: the things themselves, though what is sold in them has a value of that name."""
    return names_things(r, at) or (not r.tokens[at].text.isascii() and r.text.text[: r.tokens[at].start].endswith("的"))


def _is_kind(r: Reading, at: int) -> bool:
    """唤醒券: a value whose things are told apart by their name and by nothing else; 美妆 are products, and brands."""
    names = things_of_value(r, at)
    if len(names) != 1 or r.tokens[at].of("behaviour"):
        return False
    home = r.world.model.dimensions[names[0]].table
    told = {s.name for s in r.tokens[at].of("value")} | {names[0]}
    if any(r.world.model.dimensions[name].table != home for name in told):
        return False
    others = (d for d in r.world.model.dimensions.values() if d.table == home and d.name not in told and d.type == "text")
    return not any(r.world.is_groupable(d.name) and not r.world.is_key(d.name) for d in others)
