"""One question on the table: its readings, the queries that they make, and what the model says against them.

In: a normalised question, the look-ups of a model, the slips that were put right. Out: fresh readings of covers; a query or None; the
issues of a query. Never raises: what fits nothing is None, what the model refuses is issues.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from assistant.language.mentions import Cover
from assistant.language.text import Normalised
from assistant.language.typos import Slip
from assistant.language.values import fold
from assistant.planners.rules.best_of_each import of_each
from assistant.planners.rules.best_people import Best, of_the_best
from assistant.planners.rules.build import Built, build
from assistant.planners.rules.came_back import buy_again
from assistant.planners.rules.conditions import Unbound
from assistant.planners.rules.deed_of_people import settle_deeds_of_people
from assistant.planners.rules.denials import denied_in_time
from assistant.planners.rules.did_they import how_many_that_is, read_whether
from assistant.planners.rules.each import ask_which_one, point_at_some, point_at_time
from assistant.planners.rules.first_rows import of_first_rows
from assistant.planners.rules.kin import is_rate, longer_names, names_more
from assistant.planners.rules.money_off import read_money_off
from assistant.planners.rules.not_at_once import of_those_who_did
from assistant.planners.rules.not_yet import leave_out_yet
from assistant.planners.rules.occasions import mark_every
from assistant.planners.rules.parted_names import join_parted_names
from assistant.planners.rules.reading import Reading
from assistant.planners.rules.said_of_people import flagged_people
from assistant.planners.rules.says_again import leave_out_again
from assistant.planners.rules.shown_numbers import by_shown
from assistant.planners.rules.their_number import read_their_number
from assistant.planners.rules.traits import with_traits
from assistant.planners.rules.two_numbers import two_numbers
from assistant.planners.rules.verb_again import repeat_verb
from assistant.planners.rules.where_done import place_values
from assistant.planners.rules.world import World
from assistant.qa import Question
from semantic_layer.errors import QueryError, SemanticLayerError
from semantic_layer.issues import Issue
from semantic_layer.query import Aggregate, Change, MetricUse
from semantic_layer.resolve import resolve


@dataclass(frozen=True, slots=True)
class Left:
    """A reading that cannot be answered, and what the model says against it. `follows`: it leans on the question before; `leans`: it
    is none of its own."""

    reading: Reading
    problems: tuple[Issue, ...]
    follows: bool
    leans: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """What all readings of one question share. `timed`: the query before it had a time, which its words may be of."""

    text: Normalised
    question: Question
    world: World
    slips: tuple[Slip, ...]
    best: Best | None = None
    timed: bool = False

    def reading(self, cover: Cover) -> Reading:
        """A fresh reading of a cover."""
        r = Reading(self.text, self.question.lang, self.world, self.question.today, cover)
        r.timed = self.timed
        for slip in self.slips:
            r.issues.append(Issue("assumed-spelling", "assumption", params={"written": slip.written, "read": slip.read}))
        flagged_people(r)
        read_their_number(r)
        point_at_some(r)
        point_at_time(r)
        ask_which_one(r)
        join_parted_names(r)
        denied_in_time(r)
        settle_deeds_of_people(r)
        repeat_verb(r)
        buy_again(r)
        read_whether(r)
        how_many_that_is(r)
        mark_every(r)
        place_values(r)
        leave_out_again(r)
        leave_out_yet(r)
        read_money_off(r)
        return r if self.best is None else of_the_best(r, self.best)

    def built(self, r: Reading) -> Built | None:
        """The query of a reading, if its parts fit anything."""
        try:
            twice = two_numbers(r)
            made = build(r) if twice is None else Built(twice, tuple(r.issues))
            people = of_those_who_did(r.world, made.query)
            listed = of_each(r, made.query if people is None else people)
            first = None if listed is None else of_first_rows(r, listed)
            shown = None if first is None else with_traits(r, by_shown(r, first))
            return None if shown is None else replace(made, query=shown)
        except (Unbound, ValueError):
            return None

    def variant(self, r: Reading) -> Built | None:
        """The query with a metric whose name ends in the words that were used: 活动的转化率 is the 活动转化率."""
        people = {i for i in range(len(r.tokens)) if r.is_person(i)}
        for place, asked in enumerate(r.asked):
            if not 0 <= asked.at < len(r.tokens) or not asked.names or people - {asked.at}:
                continue  # CSAT of customers with a ticket: no ticket rating
            for name in longer_names(self.world, r.tokens[asked.at].text, asked.names):
                if not names_more(r, name, asked.at):
                    continue
                before = r.asked[place]
                r.asked[place] = replace(asked, names=(name,))
                built = self.built(r)
                if built is not None and not self.problems(built):
                    return built
                r.asked[place] = before
        return self._fuller_one(r)

    def _fuller_one(self, r: Reading) -> Built | None:
        """wake-up coupons by conversion rate: the rate of what is spoken of, where the plain one has no place."""
        before = list(r.asked)
        if r.has_person():
            return None  # the conversion of customers is theirs
        for one, other in self.fuller(r):
            r.asked = [replace(a, names=tuple(other if name == one else name for name in a.names)) for a in before]
            built = self.built(r)
            if built is not None and not self.problems(built):
                return built
        r.asked = before
        return None

    def fuller(self, r: Reading) -> Iterator[tuple[str, str]]:
        """The rates of a reading, each with those whose name ends in its own: conversion and campaign conversion."""
        ordering = r.ranking.metrics if r.ranking is not None else ()
        for name in dict.fromkeys((*(name for asked in r.asked for name in asked.names), *ordering)):
            label = self.world.model.metrics[name].label
            for word in (fold(label.zh), fold(label.en)):
                alike = (
                    o for o in longer_names(self.world, word, (name,)) if is_rate(self.world, o) and is_rate(self.world, name)
                )
                own = self.world.tables_of(name)  # conversion by category: no rate of carts, which is another of the same deeds
                yield from ((name, other) for other in alike if self.world.tables_of(other) != own)

    def problems(self, built: Built) -> tuple[Issue, ...]:
        """What stops the model from answering a query."""
        query = built.query
        if isinstance(query, Change):
            query = Aggregate(metrics=(MetricUse(metric=query.metric),), period=query.period, where=query.where)
        try:
            resolve(query, self.world.restricted)
        except QueryError as error:
            return error.issues
        except (SemanticLayerError, ValueError):
            return (Issue("does-not-fit"),)
        return ()


def put_instead(r: Reading, others: Mapping[str, str]) -> None:
    """Other metrics for those that were read, where they are asked for and where they order."""
    r.asked = [replace(a, names=tuple(others.get(name, name) for name in a.names)) for a in r.asked]
    if r.ranking is not None:
        r.ranking = replace(r.ranking, metrics=tuple(others.get(name, name) for name in r.ranking.metrics))
