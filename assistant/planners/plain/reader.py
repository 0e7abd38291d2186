"""The tokens of a plain question become a `Frame`: what is asked for, per what, under which conditions, in which order.

In: the cut of a question and the world of a model. Out: the frame. Raises `Unreadable` at a word that is neither a name, a number,
a relation nor one of the words that only ask or tie, and at anything that is left over: nothing is dropped in silence.
"""

from dataclasses import dataclass, replace

from assistant.language.comparisons import Comparison
from assistant.language.values import ValueIndex
from assistant.planners.plain.compounds import joined
from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Frame, Rank, Test, Unreadable, is_behind
from assistant.planners.plain.fronted import fronted
from assistant.planners.plain.implied import of_adjective, of_verb
from assistant.planners.plain.places import Places
from assistant.planners.plain.relations import Relations
from assistant.planners.plain.walk import AGGS
from assistant.planners.plain.words import adjectives
from assistant.planners.rules.world import World

_LIMIT = 1000
_LEANING = (
    "only",
    "also",
    "now",
    "then",
    "instead",
    "too",
    "as well",
    "just",
    "那",
    "那么",
    "呢",
    "再",
    "只",
    "只看",
    "换成",
    "改成",
)
"""Words that a message leans with on the one before it, at its beginning or end."""
_BEING = ("is", "are", "was", "were", "been", "got", "被", "已", "已经")
"""Words before what rows are: were returned, 被退回."""


def read(tokens: tuple[Token, ...], world: World, index: ValueIndex) -> Frame:
    """The frame of a question."""
    return _Reader(joined(fronted(tokens), world, index), Places(world)).read()


def stands_alone(tokens: tuple[Token, ...]) -> bool:
    """Whether a question leans on no other one: it opens as a question, names what it is about, points at nothing before it."""
    said = [t for t in tokens if not t.is_stop]
    if not said or said[0].text in _LEANING or said[-1].text in _LEANING or (said[0].has("and", "or") and not said[0].noun):
        return False
    named = next((at for at, t in enumerate(said) if t.noun is not None and t.noun.rows), None)
    if named is None:
        return False
    return not any(t.has("pronoun") and t.noun is None for t in said[:named]) and said[0].has("ask", "count", "each", "rel")


@dataclass(slots=True)
class _Reader(Relations):
    def read(self) -> Frame:
        """Reads all tokens, in order."""
        first = next((t for t in self.tokens if not t.is_stop), None)
        self.frame.asked_which = (
            first is not None and first.noun is None and first.text.startswith(("which", "in which", "哪", "有哪些"))
        )
        for at, token in enumerate(self.tokens):
            self._token(at, token)
            self._passed(token)
        self._end()
        return self.frame

    def _passed(self, token: Token) -> None:
        """What the next token may know of this one."""
        places = self.places
        named = any(not n.measured for n in (*self.frame.select, *self.frame.subjects))
        listed = token.has("and") and not token.noun and named
        places.listing = listed or (places.listing and token.has("ask", "and") and token.noun is None)
        places.linked = token.has("of", "each") or (places.linked and token.has("distinct"))
        self.before = token

    # --- one token ---------------------------------------------------------------------------------------------------------

    def _token(self, at: int, t: Token) -> None:
        """A name, a value, a moment or a number, else a word."""
        p = t.piece
        if p.role == "break":
            if t.is_stop:
                self._stop(at, t)
        elif t.quoted and not t.values:
            self.places.literal(t.shown)
        elif t.has("rate") and self._rate():
            self.frame.portion = True
        elif t.noun is not None and not self._is_relation(at, t):
            self._noun(at, t)
        elif t.values and not t.roles:
            self.places.value(t)
        elif t.behaviours:
            self.frame.tests.append(Test(behaviours=t.behaviours, negated=self.places.negated()))
        elif not self._measured(at, t):
            self._rest(at, t)

    def _rate(self) -> bool:
        """churn rate, 取消率: behind what holds or does not, the part of which it holds."""
        before = self.before
        if before is None:
            return False
        if before.values and before.noun is None:
            return True
        if before.noun is None or not self.places.is_flag(before.noun):
            return False
        if self.places.taken_back() is not None:
            self.places.flag(before.noun)
        return True

    def _measured(self, at: int, t: Token) -> bool:
        """Comparisons, periods and numbers."""
        p = t.piece
        if p.comparison is not None:
            self._comparison(at, t, p.comparison)
        elif p.time is not None:
            test = Test(noun=self.places.last, period=p.time.period, negated=self.places.negated(), either=self.places.either())
            self.frame.tests.append(test)
        elif p.grain is not None:
            self.frame.grains.append(p.grain.grain)
        elif p.number is not None:
            if t.text in ("once", "twice", "thrice"):
                raise Unreadable(t.text)
            self.places.number(p.number, t)
        else:
            return False
        return True

    def _rest(self, at: int, t: Token) -> None:
        if t.values:
            self.places.value(t)
        elif t.piece.role == "unread":
            self._unknown(t)
        else:
            self.word(at, t)

    def _noun(self, at: int, t: Token) -> None:
        """A name of the model; a Chinese word for an amount behind one says how many."""
        if t.noun is None or (is_behind(t.text) and self._is_behind(at) and self.places.behind(counted=True)):
            return
        after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if after is not None and after.text == "的":  # whose, and no list
            self.places.linked, self.places.listing = True, False
        said = (self.before is not None and self.before.text in _BEING) or (after is not None and after.text == "的")
        if self.places.is_flag(t.noun) and said:
            self.places.flag(t.noun)
            return
        self.places.noun(t.noun)
        if after is not None and after.text == "的" and self.before is not None and self.before.has("tie", "neg"):
            self.places.described()

    def _is_relation(self, at: int, t: Token) -> bool:
        """Whether a name of the model is meant as the word that it is too: orders, ships; average before another amount."""
        if t.noun is None or not t.has("tie", *AGGS):
            return False
        ahead = self.tokens[at + 1 : at + 4]
        if t.has(*AGGS) and t.noun.dimensions:
            return bool(ahead) and (ahead[0].noun is not None or any(x.has(*AGGS) or x.noun is not None for x in ahead))
        after = self._next(at)
        follows = after is not None and (after.noun is not None or after.piece.comparison is not None)
        subject = self.before is not None and (self.before.noun is not None or self.before.has("rel"))
        return t.has("tie") and subject and follows and not t.text.endswith("s")

    def _stop(self, at: int, t: Token) -> None:
        """A comma, or the end of a sentence."""
        if "," in t.text or "，" in t.text:
            self.places.comma()
            after = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
            if after is not None and after.has("ask", "count", "order") and not after.has("rel", "tie"):
                self.places.main()
            return
        self.places.main()
        self.places.last = None

    def _comparison(self, at: int, t: Token, c: Comparison) -> None:
        """more than 3: of an adjective, of how often, of the noun before or behind it."""
        for word, meant in adjectives().items():
            if t.text.startswith(word) or t.text.endswith(word):
                noun = of_adjective(self.places, meant, t.at)
                if noun is not None:
                    self.frame.tests.append(Test(noun=noun, op=c.op, values=c.plain, negated=self.places.negated()))
                    return
        if c.unit == "year_of_age" and (self.before is None or self.before.noun is None or self.before.noun.rows):
            noun = of_adjective(self.places, (("age", True),), t.at)
            if noun is None:
                raise Unreadable(t.text)
            self.frame.tests.append(Test(noun=noun, op=c.op, values=c.plain, negated=self.places.negated()))
            return
        then = self._next(at)
        rows = self.before.noun if self.before is not None else None
        if c.unit == "time" and not t.text.isascii() and rows is not None and rows.rows:
            self.frame.having.append(self.places.so_many_rows(rows, c))
            return
        alone = c.unit == "time" and (then is None or then.is_stop)
        if t.text.endswith(("once", "twice", "times", "time")) or alone:
            self.places.so_often(c, self.frame.verbs)
            return
        after = self._next(at)
        if c.unit is not None and (after is None or after.is_stop) and self.before is not None and self.places.counted_behind(c):
            return
        ahead = (
            after is not None
            and (after.noun is not None or after.has("ask", "distinct", "count", *AGGS))
            and not after.has("and")
        )
        self.places.comparison(c, ahead=ahead and self._ties_back())

    def _ties_back(self) -> bool:
        """`with more than 3 …`, `have at least …`: what is compared comes behind."""
        return self.before is not None and self.before.has("tie", "rel", "neg", "count", "contains", "of", "each", "and", "by")

    def _unknown(self, t: Token) -> None:
        """A word without a meaning: a verb that is about a moment or an attribute, a value that the model does not index."""
        dated = of_verb(self.places, t.text, known=False)
        if dated is not None and self.places.is_flag(dated):
            self.places.flag(dated)
        elif dated is not None:
            self.places.last = dated
            self.verb = True
        elif self.places.takes_literal() and (t.shown[:1].isupper() or t.shown.isdigit()):
            self.places.literal(t.shown, joined=self.before is not None and self.before.piece.role == "unread")
        else:
            raise Unreadable(t.text)
        self.frame.verbs.append(t.text)

    # --- the end -----------------------------------------------------------------------------------------------------------

    def _end(self) -> None:
        """What is left at the end finds its place, or the question is not read."""
        m, frame = self.marks, self.frame
        if m.extreme is not None and self.places.in_clause and self._is_last_extreme():
            self.places.ranked_by_last(descending=m.extreme)
            m.extreme = None
        if m.extreme is not None:
            if not self.verb and not self.places.in_clause:
                raise Unreadable("most of what")
            self.places.commonest(told=False)
        if self.places.sorted:
            self._sorted()
        if self.direction is None and self.places.sorted and frame.rank is not None:
            frame.rank = replace(frame.rank, descending=frame.rank.descending and frame.rank.limit is not None)
        self.places.settle_top()
        self.places.settle()
        if m.number is not None and frame.rank is not None and frame.rank.limit == 1:
            frame.rank, m.number = replace(frame.rank, limit=m.number), None
        if m.left() or (frame.both and len(frame.tests) + len(frame.having) > 1):
            raise Unreadable("left over")
        if frame.rank is not None and frame.rank.limit is not None and frame.rank.limit > _LIMIT:
            raise Unreadable("limit")

    def _is_last_extreme(self) -> bool:
        """whose total price is the largest: the sentence ends with the extreme of what was named before it."""
        said = [t for t in self.tokens if not t.is_stop]
        last = self.places.last
        ends = bool(said) and said[-1].has("most", "least") and said[-1].noun is None and self.frame.rank is None
        return ends and last is not None and last.at >= 0 and not last.rows

    def _sorted(self) -> None:
        """The direction of an order; an order without a noun is by what is listed."""
        frame = self.frame
        if frame.rank is None or (self.marks.order and frame.rank.noun is None):
            first = (
                next((n for n in frame.select if not n.measured), None)
                or next(iter(frame.select), None)
                or next(iter(frame.subjects), None)
            )
            if first is None:
                raise Unreadable("sorted by what")
            frame.rank = Rank(first, bool(self.direction), None)
        elif self.direction is not None:
            frame.rank = replace(frame.rank, descending=self.direction)
        self.marks.order = False
