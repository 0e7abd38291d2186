"""A noun of things in front of `for` that is also a verb: sales by shop for last week.

In: a fresh `Reading`. Out: behind a word for a breakdown, such a verb is the noun again, by which the things are told apart. Never fails:
people who shop for shoes stay who they are.
"""

from dataclasses import replace

from assistant.language.values import Sense, fold
from assistant.planners.rules.reading import Reading


def read_noun_before_for(r: Reading) -> None:
    """by shop for …, per shop for …, each shop for …: each of the things."""
    for at in range(1, len(r.tokens)):
        token, before = r.tokens[at], r.tokens[at - 1]
        verb = bool(token.senses) and all(s.kind == "behaviour" for s in token.senses) and token.text.endswith(" for")
        if not verb or before.is_content or not before.has("by", "per_group", "which"):
            continue
        noun = fold(token.text.removesuffix(" for"))
        things = (
            e
            for e in r.world.model.entities.values()
            if noun in {fold(w) for w in e.synonyms.en} and e.name != r.world.model.domain.entity
        )
        names = [c for e in things for c in e.columns if r.world.is_groupable(c)]
        if names:
            r.tokens = (*r.tokens[:at], replace(token, senses=(Sense("dimension", names[0]),)), *r.tokens[at + 1 :])
