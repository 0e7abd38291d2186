"""Where numbers, values and texts of a plain question go: conditions on the noun before them, or behind them.

In: comparisons, numbers, values, quoted texts in order. Out: the frame that they fill. Raises `Unreadable` for one that has no
place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.language.comparisons import Comparison
from assistant.language.numerals import Number
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Noun, Test, Unreadable
from assistant.planners.plain.implied import rows_of_verb
from assistant.planners.plain.nouns import NounPlaces


@dataclass(slots=True)
class Places(NounPlaces):
    """The frame as everything of a question fills it."""

    def comparison(self, c: Comparison, *, ahead: bool) -> None:
        """more than 150: of the noun before it, else of the one behind it. `ahead`: that one can only come."""
        last = None if ahead else self.last
        measured = [n for n in self.frame.select if last is not None and n.at == last.at and n.agg is not None]
        if measured and self.in_clause and self.marks.compared is None:
            self.frame.select = [n for n in self.frame.select if n.at != measured[0].at]
            self.frame.having.append(Test(noun=measured[0], op=c.op, values=c.plain, negated=self.negated()))
            return
        number = last is not None and self.is_number(last) and not last.rows
        counted = last is not None and last.at >= 0 and any(n.at == last.at and n.counted for n in self.frame.select)
        if last is not None and (number or counted) and self.marks.compared is None and self._is_described(last):
            self.drop_last()
            made = replace(last, counted=counted)
            test = Test(noun=made, op=c.op, values=c.plain, negated=self.negated(), either=self.either())
            (self.frame.having if counted else self.frame.tests).append(test)
        elif self.marks.compared is not None:
            raise Unreadable("compared twice")
        else:
            self.marks.compared = c

    def counted_behind(self, c: Comparison) -> bool:
        """会员卡的会员超过5个: rows before a number of pieces are counted."""
        last = self.last
        said = self.frame.mentioned if self.in_clause else (*self.frame.subjects, *self.frame.select)
        if last is None or not last.rows or len(said) + self.in_clause < 2:
            return False
        noun = self.taken_back()
        if noun is None:
            return False
        self.frame.having.append(Test(noun=replace(noun, counted=True), op=c.op, values=c.plain, negated=self.negated()))
        return True

    def so_many_rows(self, noun: Noun, c: Comparison) -> Test:
        """购买超过100次: so many of the rows that were just named, be it as a verb."""
        if self.last is not None and self.last.at == noun.at:
            self.taken_back()
        return Test(noun=replace(noun, counted=True), op=c.op, values=c.plain, negated=self.negated())

    def so_often(self, c: Comparison, verbs: Iterable[str]) -> None:
        """ordered at least twice: rows of what the verb is called like; else of what is listed itself."""
        found = next((rows for verb in reversed(list(verbs)) if (rows := rows_of_verb(self, verb)) is not None), None)
        named = [n for n in self.frame.mentioned if n.rows and n.at >= 0]
        if found is None and named:
            found = named[-1]
        if found is None and self.frame.select and not self.frame.subjects and not self.frame.select[0].measured:
            tables = {self.world.model.dimensions[d].table for d in self.frame.select[0].dimensions}
            found = Noun(-2, tuple(tables)) if len(tables) == 1 else None
        if found is None:
            raise Unreadable("how often")
        path = self.world.graph.path
        self.frame.mentioned = [
            n for n in self.frame.mentioned if not n.rows or not any(path(f, t) is not None for f in found.rows for t in n.rows)
        ]
        self.frame.having.append(Test(noun=replace(found, counted=True), op=c.op, values=c.plain, negated=self.negated()))

    def _is_described(self, noun: Noun) -> bool:
        """Whether a comparison may be about the noun before it: named in a clause, or not the only thing that is asked for."""
        asked = [n for n in self.frame.select if n.at == noun.at]
        return self.in_clause or not asked or not asked[0].measured or len(self.frame.select) > 1

    def bound(self, *, above: bool) -> None:
        """4缸以上: the number before the noun was a bound."""
        test = self.frame.tests[-1] if self.frame.tests else None
        if test is None or test.op != "=" or not test.values or test.noun != self.last:
            raise Unreadable("bound")
        self.frame.tests[-1] = replace(test, op=">=" if above else "<=")

    def number(self, number: Number, token: Token) -> None:
        """top 3; 1 behind `whose level is`; 8 before `cylinders`."""
        if number.kind in ("rank", "rank_last"):
            self.marks.top = (number.kind == "rank", int(number.value))
            return
        last = self.last
        if last is not None and last.dimensions and not last.rows and self._is_test(last) and last.at < token.at:
            self.drop_last()
            self.frame.tests.append(Test(noun=last, op="=", values=(number.plain,), negated=self.negated(), either=self.either()))
            return
        if last is not None and last.rows and last.at == token.at - 1 and number.kind == "cardinal" and not self.marks.each:
            self.frame.tests.append(Test(noun=last, op="=", values=(number.plain,), negated=self.negated(), either=self.either()))
            return  # customer 13
        if number.kind == "cardinal" and isinstance(number.plain, int) and number.plain > 0 and self.marks.number is None:
            self.marks.number = number.plain
            return
        raise Unreadable(token.text)

    def _is_test(self, noun: Noun) -> bool:
        named = any(n.at == noun.at for n in (*self.frame.mentioned, *self.frame.subjects))
        return self.in_clause or named or len(self.frame.select) > 1

    def value(self, token: Token) -> None:
        """A value, of the noun before it where that has it."""
        last = self.last
        options = token.values
        if last is not None and last.at < 0 and not {d for d, _ in options} & set(last.dimensions):
            labels = {d: self.world.model.dimensions[d].label.en.split() for d, _ in options}
            options = tuple(o for o in options if last.text and any(w.startswith(last.text[:4]) for w in labels[o[0]]))
            if not options:
                raise Unreadable(token.text)  # headquartered in what is only known as a nationality
        test = Test(noun=last, options=options, negated=self.negated(), either=self.either())
        plain = last is not None and not last.rows and last.agg is None
        if last is not None and plain and {d for d, _ in token.values} & set(last.dimensions):
            self.drop_last()
        m = self.marks
        if m.each and not self.frame.groups:
            m.each = False  # `by` before a value ties
        self.frame.tests.append(test)
        self.value_at = token.at

    def takes_literal(self) -> bool:
        """Whether a word that nothing explains may be a value: right behind an attribute whose values are not indexed."""
        return self.marks.matching is not None or (
            self.last is not None
            and not self.last.rows
            and any(d.pii is not None for d in map(self.world.model.dimensions.__getitem__, self.last.dimensions))
        )

    def literal(self, text: str, *, joined: bool = False) -> None:
        """A text in quotation marks, or a value that is not indexed."""
        m = self.marks
        if joined and self.frame.tests and self.frame.tests[-1].noun == self.last and self.frame.tests[-1].values:
            test = self.frame.tests.pop()
            self.frame.tests.append(replace(test, values=(f"{test.values[0]} {text}",)))
            return
        last = self.last
        if last is not None and last.dimensions and not last.rows and not self.is_number(last):
            unindexed = [d for d in last.dimensions if not self.world.model.dimensions[d].index_values]
            if m.matching is None and not unindexed:
                raise Unreadable(text)
            self.drop_last()
            self.matched(last, text)
        elif m.matching is not None:
            m.literal = text
        else:
            raise Unreadable(text)

    def null(self) -> None:
        """is (not) null."""
        if self.last is None or not self.last.dimensions:
            raise Unreadable("null")
        self.drop_last()
        self.frame.tests.append(Test(noun=self.last, op="is not null" if self.negated() else "is null"))
