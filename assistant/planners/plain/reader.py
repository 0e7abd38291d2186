"""A cover of a plain question becomes a `Frame`: what is asked for, per what, under which conditions, in which order.

In: the pieces of a question and the world of a model. Out: semantic queries, or nothing: a word that is neither a name, a number,
a relation nor one of the words that only ask or tie ends the reading, so nothing is dropped in silence.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

import yaml

from assistant.language.calendar import Calendar
from assistant.language.comparisons import Comparison
from assistant.language.mentions import Cover, Piece, covers, spot, visible
from assistant.language.text import normalise
from assistant.language.values import ValueIndex
from assistant.planners.plain.bind import Unreadable, queries
from assistant.planners.plain.frame import Agg, Frame, Noun, Rank, Test
from assistant.planners.rules.world import World
from semantic_layer.query import SemanticQuery

_AGGS: tuple[tuple[str, Agg], ...] = (("avg", "avg"), ("max", "max"), ("min", "min"), ("total", "sum"))
_WHOLE = ("for all", "for all the", "across", "across all", "across the", "across all the", "among", "from all")
"""No breakdown: over all of them."""


@cache
def _words(kind: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return frozenset(str(word) for word in loaded[kind])


def read_plain(text: str, index: ValueIndex, calendar: Calendar, world: World) -> tuple[SemanticQuery, Cover] | None:
    """The query of a plain question and how it was cut, or None. The text is taken as it is written: no slip is put right."""
    normal = normalise(_ONE.sub(lambda m: f"{m[1]} 1", text))
    # only the best cut: a second one takes comparisons apart (at | least two)
    for cover in covers(normal, _without_units(visible(spot(normal, index, calendar), world.model)))[:1]:
        try:
            return queries(_Reader(world).read(cover), world), cover
        except (Unreadable, ValueError):
            continue
    return None


_SMALL = frozenset(
    (
        "in",
        "is",
        "it",
        "at",
        "no",
        "or",
        "me",
        "us",
        "to",
        "of",
        "as",
        "an",
        "be",
        "by",
        "do",
        "so",
        "on",
        "we",
        "he",
        "up",
    )
)
"""Words that are no values of two letters (a country's code) unless something else says so."""
_ONE = re.compile(r"(?i)\b(at least|more than|at most|exactly|less than|fewer than|only) one\b")


def _without_units(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """`at least 2 orders` is a number and what it counts, wherever the model has a name for it."""
    named = {p.end: p.start for p in pieces if p.senses}

    def swallows(p: Piece) -> bool:
        unit = (p.comparison and p.comparison.unit) or (p.number and p.number.unit)
        return bool(unit) and not p.senses and p.start < named.get(p.end, -1)

    return tuple(p for p in pieces if not swallows(p))


@dataclass(slots=True)
class _Reader:
    world: World
    frame: Frame = field(default_factory=Frame)
    pieces: Cover = ()
    group: bool = False
    count: bool = False
    aggs: list[Agg] = field(default_factory=list)
    high: bool | None = None
    exact: bool = False
    limit: int | None = None
    compared: Comparison | None = None
    sort: bool = False
    negated: bool = False
    either: bool = False
    relative: bool = False
    last: Noun | None = None
    value_at: int = -9
    alone: bool = False

    def read(self, cover: Cover) -> Frame:
        self.pieces = cover
        for at, piece in enumerate(cover):
            self._piece(at, piece)
        self._end()
        return self.frame

    # --- one piece -------------------------------------------------------------------------------------------------------

    def _piece(self, at: int, p: Piece) -> None:
        if p.role == "break":
            self.last = None if p.text not in ('"', "'", "“", "”", "(", ")") else self.last
            return
        if p.comparison is not None and not p.senses:
            self._comparison(p.comparison)
        elif p.time is not None and not p.senses:
            self.frame.tests.append(Test(noun=self.last, period=p.time.period, negated=self._not()))
        elif p.senses and all(s.kind == "behaviour" and s.value is not None for s in p.senses):
            self._head(p)  # a verb that needs its noun beside it
        elif p.senses and p.text in _SMALL and not any(s.kind != "value" for s in p.senses):
            return
        elif p.senses:
            self._sense(at, p)
        elif p.number is not None:
            self._number(p)
        elif p.role == "unread":
            self._unknown(p.text)
        else:
            self._operator(p)

    def _head(self, p: Piece) -> None:
        if p.ops:
            self._operator(p)
        else:
            dated = self._dated(p.text)
            self.last = dated if dated is not None else self.last
        self.frame.verbs.append(p.text)

    def _sense(self, at: int, p: Piece) -> None:
        kinds = ("entity", "dimension", "metric")
        names = {kind: tuple(dict.fromkeys(s.name for s in p.of(kind))) for kind in kinds}
        names["behaviour"] = tuple(dict.fromkeys(s.name for s in p.of("behaviour") if s.value is None))
        values = tuple((s.name, s.value) for s in p.of("value") if s.value is not None)
        if names["entity"] or names["dimension"] or names["metric"]:
            self._noun(Noun(at, names["entity"], names["dimension"], names["metric"]))
        elif values:
            self._value(values)
            self.value_at = at
        elif names["behaviour"]:
            self.frame.tests.append(Test(behaviours=names["behaviour"], negated=self._not()))
        else:
            raise Unreadable(p.text)

    def _not(self) -> bool:
        negated, self.negated = self.negated, False
        return negated

    # --- nouns -----------------------------------------------------------------------------------------------------------

    def _noun(self, noun: Noun) -> None:
        if not noun.entities and self._belongs(noun):
            return
        if noun.entities and not self.relative:
            self._owns(noun)
        number = any(self.world.is_number(d) for d in noun.dimensions)
        if self.compared is not None:
            self._tested(noun, self.compared)
        elif self.sort:
            self.sort = False
            descending = self.frame.rank.descending if self.frame.rank is not None else False
            self.frame.rank = Rank(self._measure(noun), descending, None)
            self.last = noun
        elif self.high is not None:
            self._extreme(noun, number)
        elif self.limit and number and not noun.entities and self.frame.rank is None:
            self.frame.tests.append(Test(noun=noun, values=(self.limit,), negated=self._not(), either=self._or()))
            self.limit = None
        else:
            self._asked_or_plain(noun, number)

    def _asked_or_plain(self, noun: Noun, number: bool) -> None:
        """What is asked for, by what, or whose."""
        if self.aggs and (number or noun.metrics):
            self._aggregated(noun, number)
        elif self.count and number and not noun.entities and not noun.metrics:
            self.count = False
            self._noun(noun)
        elif not self.count and self._is_context(noun):
            self.frame.subjects.append(noun)
            self.last = noun
        elif self.count or (noun.metrics and not noun.entities and not noun.dimensions):
            self._asked(replace(noun, counted=self.count))
        elif self.group:
            self.frame.groups.append(noun)
            self.group = False
            self.last = noun
        else:
            self._plain(noun)

    def _aggregated(self, noun: Noun, number: bool) -> None:
        """average and maximum age: each of them."""
        for agg in self.aggs:
            self.frame.select.append(replace(noun, agg=agg, counted=self.count and not number))
        if noun.metrics and not noun.dimensions and not noun.entities and not self.count:
            self.frame.select.append(noun)
        self.aggs, self.count = [], False
        self.last = self.frame.select[-1]

    def _is_context(self, noun: Noun) -> bool:
        """Rows without a mark that they are counted: in all visits."""
        if noun.entities or noun.dimensions or not noun.metrics or not (self.frame.select or self.relative):
            return False
        text = self.pieces[noun.at].text
        return self.world.is_count(noun.metrics[0]) and not re.search(r"number|count|how many|数|多少", text)

    def _belongs(self, noun: Noun) -> bool:
        """`occupation name`: a noun right behind a thing is that thing's; `state names`: the name of a column is the column."""
        before = self.pieces[noun.at - 1] if noun.at > 0 else None
        if before is None or self.last is None or self.last.at != noun.at - 1 or before.role == "break" or noun.metrics:
            return False
        last, text = self.last, self.pieces[noun.at].text
        if not last.entities:
            return bool(last.dimensions) and text in ("name", "names", "value", "values", "number") and last.agg is None
        table = self.world.model.entities[last.entities[0]].table
        own = tuple(d for d in noun.dimensions if self.world.model.dimensions[d].table == table)
        if not own or self.compared is not None or self.high is not None:
            return False
        made = replace(noun, dimensions=own, owner=table)
        for nouns in (self.frame.groups, self.frame.subjects, self.frame.mentioned):
            if nouns and nouns[-1].at == last.at:
                nouns.pop()
                number = any(self.world.is_number(d) for d in own)
                if nouns is self.frame.groups:
                    nouns.append(made)
                    self.last = made
                elif self.aggs and number:
                    self.frame.select += [replace(made, agg=agg) for agg in self.aggs]
                    self.aggs = []
                    self.last = self.frame.select[-1]
                elif nouns is self.frame.mentioned:
                    nouns.append(made)
                    self.last = made
                else:
                    self._plain(made)
                return True
        return False

    def _owns(self, noun: Noun) -> None:
        """`the name and id of each department`: what was listed right before belongs to it."""
        between = self.pieces[self.frame.select[-1].at + 1 : noun.at] if self.frame.select else ()
        if not between or not any(
            p.text in ("of", "for", "of each", "for each", "of all", "of all the", "of every", "from") for p in between
        ):
            return
        if any(p.is_content or p.role != "meaning" for p in between):
            return
        table = self.world.model.entities[noun.entities[0]].table
        self.frame.select = [
            replace(n, owner=table)
            if n.owner is None and n.agg is None and any(self.world.model.dimensions[d].table == table for d in n.dimensions)
            else n
            for n in self.frame.select
        ]

    def _asked(self, noun: Noun) -> None:
        self.count = False
        if self.group:
            self.group = False
        self.frame.select.append(noun)
        self.last = noun

    def _plain(self, noun: Noun) -> None:
        """A noun without a mark: whose, or what of them."""
        self.last = noun
        if self._names_value(noun):
            return
        if self.relative:
            self.frame.mentioned.append(noun)
        elif (noun.entities and (self._owned() or not noun.dimensions)) or noun.entities:
            self.frame.subjects.append(noun)
        else:
            self.frame.select.append(noun)

    def _names_value(self, noun: Noun) -> bool:
        """ "Cancelled" status: the noun behind a value says whose value it is."""
        last = self.frame.tests[-1] if self.frame.tests else None
        own = tuple(o for o in last.options if o[0] in noun.dimensions) if last is not None else ()
        if last is None or not own or noun.at - self.value_at > 2:
            return False
        self.frame.tests[-1] = replace(last, options=own)
        return True

    def _owned(self) -> bool:
        return bool(self.frame.select)

    def _measure(self, noun: Noun) -> Noun:
        agg = self.aggs[0] if self.aggs else None
        counted = self.count
        self.aggs, self.count = [], False
        return replace(noun, agg=agg, counted=counted)

    def _extreme(self, noun: Noun, number: bool) -> None:
        high = bool(self.high)
        started = bool(self.frame.select or self.frame.subjects)
        aggregates = number and not self.relative and (self.exact or not started) and not self.aggs
        self.high = None
        if aggregates:
            self.frame.select.append(replace(noun, agg="max" if high else "min"))
            self.exact = False
        else:
            self.frame.rank = Rank(self._measure(noun), high, self.limit or 1)
            self.limit = None
            self.exact = False
        self.last = noun

    def _tested(self, noun: Noun, c: Comparison) -> None:
        self.compared = None
        number = any(self.world.is_number(d) for d in noun.dimensions)
        test = Test(noun=replace(noun, counted=not number), op=c.op, values=c.plain, negated=self._not())
        (self.frame.tests if number and not noun.entities else self.frame.having).append(test)
        self.count = False
        self.aggs = []
        self.last = noun

    # --- numbers and values ----------------------------------------------------------------------------------------------

    def _comparison(self, c: Comparison) -> None:
        last = self.last
        if last is not None and (any(self.world.is_number(d) for d in last.dimensions) or last.agg or self._is_number_of(last)):
            self._drop(last)
            number = any(self.world.is_number(d) for d in last.dimensions) and last.agg is None
            test = Test(noun=last, op=c.op, values=c.plain, negated=self._not(), either=self._or())
            (self.frame.tests if number else self.frame.having).append(test)
            self.last = None
        else:
            self.compared = c

    def _is_number_of(self, noun: Noun) -> bool:
        return bool(noun.metrics) and (noun.counted or not noun.entities)

    def _drop(self, noun: Noun) -> None:
        """A noun that is compared is a condition and no column."""
        if self.relative or len(self.frame.select) > 1:
            self.frame.select = [n for n in self.frame.select if n.at != noun.at]
        self.frame.mentioned = [n for n in self.frame.mentioned if n.at != noun.at]

    def _or(self) -> bool:
        either, self.either = self.either, False
        return either

    def _value(self, options: tuple[tuple[str, Any], ...]) -> None:
        test = Test(noun=self.last, options=options, negated=self._not(), either=self._or())
        if self.last is not None and self.last.dimensions and not self.last.entities and self.last.agg is None:
            near = {d for d, _ in options} & set(self.last.dimensions)
            if near:
                self._drop(self.last)
        self.frame.tests.append(test)

    def _number(self, p: Piece) -> None:
        number = p.number
        assert number is not None  # noqa: S101 - the caller looked
        if number.kind in ("rank", "rank_last"):
            self.limit = int(number.value)
            self.high = number.kind == "rank"
            return
        last = self.last
        if last is not None and last.dimensions and (self.relative or self._is_test(last)):
            self._drop(last)
            self.frame.tests.append(Test(noun=last, op="=", values=(number.plain,), negated=self._not(), either=self._or()))
            return
        if number.kind == "cardinal" and isinstance(number.plain, int) and number.plain > 0:
            self.limit = number.plain
            return
        raise Unreadable(p.text)

    def _is_test(self, noun: Noun) -> bool:
        return any(n.at == noun.at for n in (*self.frame.mentioned, *self.frame.subjects)) or len(self.frame.select) > 1

    # --- words -----------------------------------------------------------------------------------------------------------

    def _unknown(self, text: str) -> None:
        if text in _words("often") and self.high is not None:
            self.frame.rank = Rank(None, self.high, self.limit or 1)
            self.high = self.limit = None
        elif text in _words("relative"):
            self._clause()
        elif (dated := self._dated(text)) is not None:
            self.last = dated
        elif text not in _words("ask") and text not in _words("tie"):
            raise Unreadable(text)
        self.frame.verbs.append(text)

    def _dated(self, text: str) -> Noun | None:
        """opened, of an opening year; ordered, of an order date: the moments that a verb is about."""
        stem = re.sub(r"(ing|ed|d|s)$", "", text)
        if len(stem) < 3 or stem == text:
            return None
        dimensions = self.world.model.dimensions
        found = tuple(
            name
            for name, d in dimensions.items()
            if (self.world.is_date(name) or "year" in d.label.en.split()) and any(w.startswith(stem) for w in d.label.en.split())
        )
        return Noun(-1, (), found) if found else None

    def _clause(self) -> None:
        if self.frame.select or self.frame.subjects or self.frame.groups:
            self.relative = True
            self.last = None

    def _operator(self, p: Piece) -> None:
        """A word that relates: a clause, an order, a denial; else a mark of the noun behind it."""
        if p.text in _words("relative") and not p.has("by"):
            self._clause()
        elif p.has("neg", "except"):
            self.negated = True
        elif p.has("or"):
            self.either = True
        elif p.text == "and" and self.count:
            self.alone, self.count = True, False
        elif p.has("sort"):
            self.sort = True
        elif p.has("descending", "ascending"):
            rank = self.frame.rank or Rank(None, True, None)
            self.frame.rank = replace(rank, descending=p.has("descending"))
        else:
            self._mark(p)

    def _mark(self, p: Piece) -> None:
        """What the next noun is: an extreme, an amount to add up, counted, a breakdown."""
        if p.has("most", "least") and not p.has("which"):
            self._extreme_word(p)
        elif p.has("avg", "total", "max", "min"):
            self.aggs += [agg for op, agg in _AGGS if p.has(op)][:1] if not self._vain_total(p) else []
            self.count = self.count or p.has("count")
        elif p.has("count"):
            self.count = True
        elif p.text in _WHOLE:
            return
        elif p.has("by", "per_group") and p.text not in _words("ask"):
            self.group = self.group or not p.has("filler")
        elif p.text in ("each", "every"):
            self.group = True
        elif not p.ops & _HARMLESS and p.text not in _words("ask") | _words("tie"):
            raise Unreadable(p.text)

    def _extreme_word(self, p: Piece) -> None:
        """maximum is the largest value; largest may be that, or what ranks; largest and smallest are values again."""
        if p.has("max", "min") and p.text.startswith(("max", "min")) and not self.relative:
            self.aggs.append("max" if p.has("max") else "min")
        elif self.high is not None and not self.relative:
            self.aggs += ["max" if self.high else "min", "max" if p.has("most") else "min"]
            self.high = None
        else:
            self.high, self.exact = p.has("most"), p.has("max", "min")

    def _vain_total(self, p: Piece) -> bool:
        """all, in total, overall: no sum where nothing is added."""
        return p.has("total") and p.text in (
            "all",
            "all the",
            "in total",
            "overall",
            "all of",
            "altogether",
            "in all",
            "full",
            "whole",
        )

    def _end(self) -> None:
        if self.high is not None and self.frame.rank is None:
            self.frame.rank = Rank(None, self.high, self.limit or 1)
            self.limit = None
        if self.sort and self.count:
            self.frame.rank = Rank(None, self.frame.rank is not None and self.frame.rank.descending, None)
            self.sort = self.count = False
        if self.limit is not None and self.frame.rank is not None and self.frame.rank.limit == 1:
            self.frame.rank, self.limit = replace(self.frame.rank, limit=self.limit), None
        if self.limit is not None or self.sort:
            raise Unreadable("a number")
        if self.compared is not None or self.negated or self.aggs or self.alone:
            raise Unreadable("left over")
        if self.count and not self.frame.select and not self.frame.subjects:
            raise Unreadable("what is counted")
        asked = any(n.counted or n.agg or (n.metrics and not n.dimensions) for n in self.frame.select)
        if self.count and not asked:
            self.frame.select += [replace(n, counted=True) for n in self.frame.subjects[:1]]


_HARMLESS = frozenset(
    (
        "filler",
        "particle",
        "which",
        "list",
        "how_much",
        "how_is",
        "and",
        "with",
        "who",
        "within",
        "exists",
        "refer",
        "also",
        "both",
        "each_other",
        "total",
        "only",
        "people",
        "define",
    )
)
