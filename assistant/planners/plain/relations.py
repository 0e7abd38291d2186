"""What the words between the nouns of a plain question do: count, rank, sort, deny, begin a clause, tie, or only ask.

In: one word at a time, with its neighbourhood. Out: marks and parts of the frame. Raises `Unreadable` for a word that does nothing
that is known.
"""

from dataclasses import dataclass

from assistant.language.inflections import singular
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Noun, Rank, Unreadable, is_behind
from assistant.planners.plain.implied import of_adjective, of_verb, rows_of_verb
from assistant.planners.plain.walk import AGGS, Walk
from assistant.planners.plain.words import adjectives

_SILENT = ("ask", "of", "pronoun", "money", "kind", "unit", "count", "often", "amount", "rel")
"""Words that may stand where they do nothing."""


_CURRENCIES = ("dollar", "euro", "pound", "yuan", "usd", "eur", "rmb")
_WITHIN = ("in", "within", "among", "for", "at", "across")
"""Words behind which a most is no more of the noun that comes."""


@dataclass(slots=True)
class Relations(Walk):
    """A walk that understands the words between nouns."""

    def word(self, at: int, t: Token) -> None:
        """What a word does; the first that fits."""
        if t.text == "us" and t.shown.isupper():
            raise Unreadable(t.text)
        if self._is_rest_of_word(at, t) or (t.has("money") and self._is_other_money(t)):
            raise Unreadable(t.text)
        steps = (self._behind, self._matching, self._sorting, self._amounts, self._flags, self._clauses, self._verbs, self._links)
        if not any(step(at, t) for step in steps) and not t.has(*_SILENT):
            raise Unreadable(t.text)

    def _is_rest_of_word(self, at: int, t: Token) -> bool:
        """Whether a Chinese unit, kind or verb does nothing here, so that it may be a part of a word that nobody knows."""
        if t.text.isascii():
            return False
        before, after = self.before, self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        told = before is not None and (
            before.has("count", "each", "distinct")
            or bool(before.values)
            or before.text.startswith(("哪", "什么", "这", "那"))
            or before.piece.number is not None
            or before.piece.comparison is not None
        )
        if t.roles == {"unit"}:
            return not told
        if t.roles <= {"kind", "unit"}:
            kind = before is not None and before.noun is not None and not before.noun.rows and t.has("kind")
            return not told and not kind and not (after is not None and after.text == "的")
        ends = after is None or after.is_stop or after.has("and")
        said = bool(self.frame.tests or self.marks.negated or self.places.in_clause)
        return (
            t.has("tie")
            and not t.has("ask")
            and before is not None
            and ends
            and (before.text == "的" or (before.has("and") and not said))
        )

    def _is_other_money(self, t: Token) -> bool:
        """Whether the data hold amounts in several currencies, so that naming one says which."""
        named = {
            w for d in self.places.world.model.dimensions.values() for w in map(singular, d.label.en.split()) if w in _CURRENCIES
        }
        return singular(t.text.split()[-1]) in _CURRENCIES and len(named) > 1

    def _behind(self, at: int, t: Token) -> bool:
        """Chinese words that stand behind what they are about."""
        counts = is_behind(t.text) and t.has("count", "ask") and self._is_behind(at)
        last = self.places.last
        if counts and last is not None and any(n.at == last.at and n.agg is not None for n in self.frame.select):
            return True  # 平均员工数
        if counts and self.places.behind(counted=True):
            return True
        if is_behind(t.text) and t.text.startswith("的"):
            raise Unreadable(t.text)  # how many of what is left open
        if t.text.isascii() or not t.has("order", "asc", "desc") or not self.places.ordered_by_last():
            return False
        if t.has("asc", "desc"):
            self.direction = t.has("desc")
        return True

    def _matching(self, at: int, t: Token) -> bool:
        """contains, starts with."""
        if not t.has("contains", "starts") or self._is_tie(at, t):
            return False
        self.marks.matching = "contains" if t.has("contains") else "starts with"
        if self.places.last is not None and not self.places.last.rows:
            self.places.drop_last()
        return True

    def _sorting(self, at: int, t: Token) -> bool:
        """sorted by, descending."""
        m = self.marks
        if t.has("asc", "desc"):
            self.direction = t.has("desc")
            after = self._next(at)
            named = after is not None and (after.noun is not None or after.has("count", "avg"))
            m.order = m.order or named or t.text.endswith((" of", " of the"))
            m.each = False
            self.places.sorted = True
            return True
        if t.has("order") and not self._is_tie(at, t) and not (t.has("tie") and m.negated):
            m.order = self.places.sorted = True
            return True
        return False

    def _amounts(self, at: int, t: Token) -> bool:
        """What is asked of the noun that follows: the most, how many, of each."""
        if (t.has("adjective") and self._adjective(at, t)) or self._how_often(t):
            return True
        if t.has("most", "least", *AGGS):
            self._extreme(at, t)
        elif t.has("neg"):
            self.marks.negated = True
        elif t.has("each"):
            self._each(at, t)
        elif t.has("distinct"):
            self.marks.distinct = True
            self.marks.count = self.marks.count or t.has("count")
        elif t.has("amount"):
            self._amount(at)
        elif t.has("count"):
            self._count(at, t)
        else:
            return False
        return True

    def _how_often(self, t: Token) -> bool:
        """most often, 最频繁: what ranks is how many there are."""
        if t.has("commonest", "rarest"):
            self._commonest(descending=t.has("commonest"))
        elif t.has("often") and self.marks.extreme is not None:
            self.places.commonest()
        else:
            return False
        return True

    def _flags(self, at: int, t: Token) -> bool:  # noqa: ARG002 - every step is called alike
        """Words that say something of the whole question, or of the condition before them."""
        if t.has("empty"):
            self.places.null()
        elif t.has("above", "below"):
            self.places.bound(above=t.has("above"))
        elif t.has("everything"):
            self.frame.everything = True
        elif t.has("cash"):
            self.frame.money = True
        elif t.has("portion"):
            self.frame.portion = True
            self.marks.count = self.marks.count or t.text.endswith(" of")
        elif t.has("both"):
            self.frame.both = True
        elif t.has("or"):
            self.marks.either = True
        else:
            return False
        return True

    def _clauses(self, at: int, t: Token) -> bool:  # noqa: ARG002 - every step is called alike
        """who, that, with: a clause begins."""
        if not t.has("rel") or self._asks(t):
            return False
        self.places.clause()
        return True

    def _verbs(self, at: int, t: Token) -> bool:
        """Verbs that tie nouns; a state without an object (were cancelled) is a condition that nobody described."""
        if not t.has("tie", "state", "order"):
            return False
        about = of_verb(self.places, t.text, known=True)
        if t.has("state") and not self._has_object(at) and about is None:
            raise Unreadable(t.text)
        if t.text == "order" and not self._has_object(at) and self.before is not None and self.before.has("of"):
            raise Unreadable(t.text)  # in order: nothing was ordered
        self._lacks(at, t)
        self.frame.verbs.append(t.text)
        self.verb = True
        self.places.last = about if about is not None else self.places.last
        self.places.predicate()
        return True

    def _links(self, at: int, t: Token) -> bool:
        """and, by, and what asks anew."""
        if t.has("and"):
            self._and(at)
        elif t.has("by") and self.marks.top is not None:
            self.marks.order = True
        elif t.has("by"):
            self.marks.each = not self._is_passive() and not self.marks.order
        elif t.has("ask") and (t.has("rel") or self._opens(t)):
            self.places.asks(self.before)
        else:
            return False
        return True

    def _lacks(self, at: int, t: Token) -> None:
        """never ordered, not visited: rows of what the verb is called like must not be there."""
        if self.marks.negated and not self._has_object(at):
            rows = rows_of_verb(self.places, t.text)
            if rows is not None:
                self.marks.negated = False
                self.frame.lacking.append(rows)

    def _and(self, at: int) -> None:
        """`and` goes on listing, or asks anew behind a clause."""
        after = self._next(at)
        self.frame.coordinated = self.frame.coordinated or bool(self.frame.subjects)
        if after is not None and self.places.in_clause and after.has("ask", "count", *AGGS) and not after.has("of"):
            self.places.main()

    def _commonest(self, *, descending: bool) -> None:
        """最频繁, of what stands before it where that belongs to something else (商店的访问最频繁); else of what is asked for."""
        before, others = self.before, len(self.frame.subjects) + len(self.frame.select)
        if before is not None and before.noun is not None and before.noun.rows and others > 1 and not self.places.in_clause:
            self.places.ranked_by_last(descending=descending)
        else:
            self.marks.extreme = descending
            self.places.commonest()

    def _count(self, at: int, t: Token) -> None:
        """how many, number of: of the noun that follows, else of what was named."""
        if is_behind(t.text) and self._is_behind(at) and self.places.behind(counted=True):
            return
        if t.text.endswith("quantity of") and self._quantity(t):
            return
        after = self._next(at)
        if (
            is_behind(t.text)
            and after is not None
            and after.has("asc", "desc", "order")
            and any(n.counted for n in self.frame.select)
        ):
            self.frame.rank, self.places.sorted, self.marks.each = Rank(None, False, None), True, False
            return
        lone = is_behind(t.text) or t.text in ("count", "number", "counts", "numbers")
        alone = lone and after is not None and after.has("and") and after.noun is None
        if after is None or alone or (after.is_stop and "," not in after.text):
            self.places.count_alone()
            return
        self.marks.count = True
        self.marks.distinct = self.marks.distinct or t.has("distinct")

    def _quantity(self, t: Token) -> bool:
        """The quantity of products: added up where the data have quantities."""
        world = self.places.world
        found = [n for n, d in world.model.dimensions.items() if "quantity" in d.label.en.split() and world.is_number(n)]
        if found:
            self.marks.aggs = self.marks.aggs or ([] if self.marks.extreme is not None else ["sum"])
            self.places.noun(Noun(t.at, (), tuple(found), text="quantity", amount=True))
            self.places.linked = True
        return bool(found)

    def _amount(self, at: int) -> None:
        """The amount of orders: how many, where no attribute is called so."""
        after = self._next(at)
        if after is None or after.noun is None:
            raise Unreadable("amount")
        self.marks.count = bool(after.noun.rows) or self.marks.count

    def _each(self, at: int, t: Token) -> None:
        """A breakdown by the noun that follows; without one, by what is listed."""
        after = next((x for x in self.tokens[at + 1 :] if not x.has("distinct") or x.noun is not None), None)
        if t.text.startswith(("for all", "across")):
            return
        if after is None or (
            after.noun is None and not after.values and not after.has("ask", "most", "least", "of", "count", "avg")
        ):
            self.frame.each = True
        elif after.noun is not None or not after.is_stop:
            self.marks.each = True

    def _adjective(self, at: int, t: Token) -> bool:
        """oldest, heaviest, most expensive: the extreme of an attribute that is not named."""
        after = self._next(at)
        numbers = self.places.is_number
        near = [x.noun for x in (self.before, after) if x is not None and x.noun is not None and not x.noun.rows]
        if not t.text.isascii() and any(numbers(n) for n in near):
            return False  # 在网时长最长: what is compared is named
        if after is not None and after.noun is not None and after.noun.rows:
            self.marks.adjective = t.text
            return True
        beyond = self.tokens[at + 1 : at + 2]
        if beyond and beyond[0].text == "than":
            raise Unreadable(t.text)  # more expensive than what: the number is not there
        last = self.places.last
        dated = last is not None and last.at < 0 and any(self.places.world.is_date(d) for d in last.dimensions)
        for what, up in adjectives().get(t.text, ()):
            if dated and last is not None and what == "date":
                self.places.rank_by(last, descending=up)
                return True
            noun = of_adjective(self.places, ((what, up),), t.at)
            if noun is not None:
                self.places.rank_by(noun, descending=up)
                return True
        return False

    def _extreme(self, at: int, t: Token) -> None:
        """maximum is the largest value; largest may be that, or what ranks."""
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if t.text in ("most", "least") and after is not None and after.text in _WITHIN:
            raise Unreadable(t.text)  # the most in their departments: of what, nobody said
        m, agg = self.marks, next((a for a in AGGS if t.has(a)), None)
        if t.text.startswith(("最", "数量最")) and self.before is not None and not self.before.has("each", "avg"):
            behind = self.before.noun is not None or is_behind(self.before.text)
            if behind and not is_behind(t.text) and self.places.ranked_by_last(descending=t.has("most")):
                return
        if (
            agg is not None
            and is_behind(t.text)
            and self.before is not None
            and self.before.has("and")
            and self.places.again(agg)
        ):
            return
        if agg in ("avg", "sum") or (agg is not None and not self.places.in_clause and not t.text.startswith("最")):
            if is_behind(t.text) and self.places.behind(agg=agg):
                return
            m.aggs.append(agg)
            m.amount = m.amount or agg == "sum"
        elif agg is not None and is_behind(t.text) and self.places.behind(agg=agg):
            return
        elif m.extreme is not None and not self.places.in_clause:
            m.aggs += ["max" if m.extreme else "min", "max" if t.has("most") else "min"]
            m.extreme = None
        else:
            m.extreme = t.has("most")
        if t.text.endswith("number of"):
            m.count = True
