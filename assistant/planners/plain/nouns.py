"""Where a noun of a plain question goes: asked for, a breakdown, a ranking, a condition, whose, by the words before it.

In: the marks that the reader sets (counted, largest, per, more than …) and the nouns in order. Out: the frame that they fill.
Raises `Unreadable` for a noun that has no place.
"""

from dataclasses import dataclass, replace

from assistant.language.comparisons import Comparison
from assistant.planners.plain.frame import Agg, Noun, Rank, Test, Unreadable, is_behind
from assistant.planners.plain.implied import of_superlative
from assistant.planners.plain.marks import State

_AMOUNTS = (
    "amount",
    "amounts",
    "quantity",
    "money",
    "total",
    "sales",
    "revenue",
    "金额",
    "总额",
    "总金额",
    "销售额",
    "数量",
    "销量",
)


def _is_amount(text: str) -> bool:
    """Whether a name adds up where it ranks: 贷款总额, amount."""
    return text in _AMOUNTS or text.endswith(("总额", "金额", "总量", "总数", "总和"))


@dataclass(slots=True)
class NounPlaces(State):
    """The frame as nouns fill it."""

    def noun(self, noun: Noun) -> None:
        """Puts a noun where the words before it say."""
        noun = self.of_antecedent(noun)
        m, number = self.marks, self.is_number(noun)
        if m.adjective is not None and noun.rows:
            found = of_superlative(self, noun, m.adjective)
            if found is None:
                raise Unreadable(m.adjective)
            self.rank_by(found[0], descending=found[1])
            m.adjective = None
        if m.literal is not None and noun.dimensions and not number:
            self.matched(noun, m.literal)
        elif self._names_value(noun):
            pass
        elif m.compared is not None:
            self._tested(noun, m.compared)
        elif m.order:
            self._ordered(noun)
        elif m.extreme is not None:
            self._extreme(noun, number=number)
        elif not self._so_many(noun, number=number):
            self._asked(noun, number=number)
        self.last = noun
        m.amount = False

    def _so_many(self, noun: Noun, *, number: bool) -> bool:
        """8 cylinders, that have 2 cards: a bare number before a noun is a condition."""
        m = self.marks
        if m.number is None or m.count:
            return False
        if number and not noun.rows and self.frame.rank is None:
            self.frame.tests.append(Test(noun=noun, values=(m.number,), negated=self.negated(), either=self.either()))
        elif noun.rows and self.in_clause:
            self.frame.having.append(Test(noun=replace(noun, counted=True), op="=", values=(m.number,), negated=self.negated()))
        else:
            return False
        m.number = None
        return True

    def matched(self, noun: Noun, text: str) -> None:
        """A text that an attribute is, contains or starts with."""
        m = self.marks
        op = m.matching or "="
        self.frame.tests.append(Test(noun=noun, op=op, values=(text,), negated=self.negated(), either=self.either()))
        m.matching, m.literal = None, None

    def _asked(self, noun: Noun, *, number: bool) -> None:
        """What is asked for, by what, or whose."""
        m = self.marks
        if (m.each or self._parts()) and (noun.numbered or (m.count and number and not noun.rows)):
            self.frame.groups.append(noun)
            m.each = m.count = False
        elif m.aggs and (number or noun.metrics or noun.rows):
            aggs, m.aggs = m.aggs, []
            self.frame.select += [replace(noun, agg=agg, counted=m.count, distinct=self._distinct()) for agg in aggs]
            m.count = m.each = False
        elif m.count:
            self.frame.select.append(replace(noun, counted=True, distinct=self._distinct()))
            m.count = m.each = False
        elif m.each or self._parts():
            self.frame.groups.append(noun)
            m.each = False
        elif noun.measured:
            self.frame.select.append(noun)
        else:
            self._named(noun)
        self.frame.distinct = self.frame.distinct or m.distinct
        m.distinct = False

    def _named(self, noun: Noun) -> None:
        """A noun without a mark: listed, whose, or what is said of it."""
        m = self.marks
        if self.is_flag(noun) and (self.in_clause or m.negated):
            self.flag(noun)
        elif noun.rows and m.negated:
            self.frame.lacking.append(noun)
            m.negated = False
        elif noun.rows and noun.dimensions and self.listing and not self.in_clause:
            self._listed(noun)
        elif self.in_clause:
            self.frame.mentioned.append(noun)
        elif noun.rows:
            self.frame.subjects.append(replace(noun, context=self.linked))
        else:
            self.frame.select.append(noun)

    def _listed(self, noun: Noun) -> None:
        """`makers and models`, `name, department and city`: things in a list stand for what names them."""
        last = self.last
        if last is not None and last.rows and self.frame.subjects and self.frame.subjects[-1].at == last.at and last.dimensions:
            self.frame.subjects.pop()
            self.frame.select.append(replace(last, rows=(), owner=last.rows[0]))
        self.frame.select.append(replace(noun, rows=(), owner=noun.rows[0]))

    def _parts(self) -> bool:
        """`the maximum weight for different numbers of seats`: a breakdown."""
        return self.marks.distinct and self.linked and any(n.measured for n in self.frame.select)

    def _distinct(self) -> bool:
        distinct, self.marks.distinct = self.marks.distinct, False
        return distinct

    def _measure(self, noun: Noun) -> Noun:
        m = self.marks
        agg = m.aggs[0] if m.aggs else None
        made = replace(noun, agg=agg, counted=m.count, distinct=self._distinct(), amount=m.amount or _is_amount(noun.text))
        m.aggs, m.count = [], False
        return made

    def _names_value(self, noun: Noun) -> bool:
        """ "Cancelled" status: the noun right behind a value says whose value it is."""
        last = self.frame.tests[-1] if self.frame.tests else None
        if last is None or not last.options or noun.at - self.value_at > 1 or self.marks.count:
            return False
        own = tuple(o for o in last.options if o[0] in noun.dimensions)
        if own and not noun.rows:
            self.frame.tests[-1] = replace(last, options=own)
            return True
        homes = tuple(o for o in last.options if self.world.model.dimensions[o[0]].table in noun.rows)
        if homes:
            self.frame.tests[-1] = replace(last, options=homes)
        return False

    def _ordered(self, noun: Noun) -> None:
        m = self.marks
        m.order = False
        descending, limit = bool(m.extreme), None
        if m.top is not None:
            (descending, limit), m.top = m.top, None
        m.extreme = None
        self.frame.rank = Rank(self._measure(noun), descending, limit)

    def _extreme(self, noun: Noun, *, number: bool) -> None:
        m = self.marks
        high, m.extreme = bool(m.extreme), None
        asks = number and not noun.rows and not self.in_clause and not m.count and not m.aggs
        if asks and m.number is None:
            self.frame.select.append(replace(noun, agg="max" if high else "min"))
        elif self.in_clause or m.number is not None or m.count or noun.rows or m.aggs or number:
            self.frame.rank = Rank(self._measure(noun), high, m.number or 1)
            m.number = None
        else:
            raise Unreadable("extreme")

    def _tested(self, noun: Noun, c: Comparison) -> None:
        m = self.marks
        m.compared = None
        number = self.is_number(noun) and not m.count
        op, values = c.op, c.plain
        if m.aggs:
            self.frame.having.append(Test(noun=self._measure(noun), op=op, values=values, negated=self.negated()))
        elif number and (not noun.rows or self._owns(noun)):
            self.frame.tests.append(Test(noun=noun, op=op, values=values, negated=self.negated(), either=self.either()))
        else:
            counted = replace(noun, counted=True, distinct=self._distinct())
            self.frame.having.append(Test(noun=counted, op=op, values=values, negated=self.negated()))
        m.count = False

    def _owns(self, noun: Noun) -> bool:
        """Whether what is asked about has a numeric attribute of this name itself: shops with more than 20 employees."""
        homes = {t for n in (*self.frame.subjects, *self.frame.select, *self.frame.groups) for t in n.rows}
        return any(self.world.model.dimensions[d].table in homes for d in noun.dimensions if self.world.is_number(d))

    def described(self) -> None:
        """持有账户的客户: what a verb is about describes the noun behind 的."""
        if self.frame.subjects and self.last is not None and self.frame.subjects[-1].at == self.last.at:
            self.frame.mentioned.append(self.frame.subjects.pop())

    def rank_by(self, noun: Noun, *, descending: bool) -> None:
        """The first by an attribute."""
        if self.frame.rank is not None:
            raise Unreadable("ranked twice")
        self.frame.rank = Rank(noun, descending, self.marks.number or 1)
        self.marks.number = None

    def commonest(self, *, told: bool = True) -> None:
        """most common, most often: what ranks is how many rows there are. `told`: the word for it is there."""
        m = self.marks
        if self.frame.rank is not None:
            raise Unreadable("ranked twice")
        self.frame.rank = Rank(None, bool(m.extreme), m.number or 1, told)
        m.extreme = m.number = None

    def count_alone(self) -> None:
        """`list the maker and the count`: how many of what was named."""
        if self.sorted or self.marks.order:
            self.frame.rank = Rank(None, False, None)
            self.marks.order = False
        elif not any(n.counted for n in self.frame.select):
            first = next(iter(self.frame.subjects), None)
            if first is None:
                raise Unreadable("count of what")
            self.frame.select.append(replace(first, counted=True))

    def behind(self, *, agg: Agg | None = None, counted: bool = False) -> bool:
        """年龄的平均值: what stands behind a noun says how it is aggregated."""
        last = self.last
        if last is None:
            return False
        for nouns in (self.frame.select, self.frame.subjects, self.frame.mentioned):
            if nouns and nouns[-1].at == last.at and not nouns[-1].measured:
                nouns.pop()
                made = replace(last, agg=agg, counted=counted)
                if self.marks.order:
                    self.frame.rank, self.marks.order = Rank(made, False, None), False
                else:
                    self.frame.select.append(made)
                return True
        return False

    def again(self, agg: Agg) -> bool:
        """单价的平均值、最大值和最小值: the same noun, aggregated otherwise."""
        last = self.frame.select[-1] if self.frame.select else None
        if last is None or last.agg is None or self.last is None or last.at != self.last.at:
            return False
        self.frame.select.append(replace(last, agg=agg))
        return True

    def ranked_by_last(self, *, descending: bool) -> bool:
        """订单最多, 平均价格最高: the noun before it is what ranks."""
        noun = self.taken_back() if self.frame.rank is None else None
        if noun is None:
            return False
        noun = replace(noun, counted=noun.counted or (bool(noun.rows) and noun.agg is None))
        self.frame.rank = Rank(noun, descending, self.marks.number or 1)
        self.marks.number = None
        return True

    def ordered_by_last(self) -> bool:
        """按年龄排序: the noun before it is what orders; 按数量排序: what was counted."""
        if self.last is not None and is_behind(self.last.text) and any(n.counted for n in self.frame.select):
            if self.frame.rank is None and self.taken_back() is not None:
                self.frame.rank, self.sorted = Rank(None, False, None), True
                self.marks.order = self.marks.each = False
                return True
            return False
        noun = self.taken_back() if self.frame.rank is None else None
        if noun is None:
            return False
        self.frame.rank, self.sorted = Rank(noun, False, None), True
        self.marks.order = self.marks.each = False
        return True

    def settle_top(self) -> None:
        """the top 3 countries: by what else ranks, or by the number that is shown."""
        m, frame = self.marks, self.frame
        if m.top is None:
            return
        (descending, limit), m.top = m.top, None
        measured = [n for n in frame.select if n.measured]
        if frame.rank is not None and frame.rank.limit in (1, None):
            frame.rank = replace(frame.rank, limit=limit)
        elif frame.rank is None and measured:
            frame.rank = Rank(measured[0], descending, limit)
        else:
            raise Unreadable("top")

    def settle(self) -> None:
        """工资最高是多少: what ranks nothing is the largest value itself."""
        rank = self.frame.rank
        if rank is None or rank.noun is None or rank.limit != 1 or not self.is_number(rank.noun) or rank.noun.measured:
            return
        if not (self.frame.subjects or self.frame.select or self.frame.mentioned):
            self.frame.select.append(replace(rank.noun, agg="max" if rank.descending else "min"))
            self.frame.rank = None
