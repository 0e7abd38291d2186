"""A walk over the tokens of a plain question: where it stands, what lies ahead and behind.

In: tokens. Out: answers about the neighbourhood of one. Nothing fails.
"""

from dataclasses import dataclass

from assistant.planners.plain.cut import Token
from assistant.planners.plain.frame import Agg, Frame
from assistant.planners.plain.marks import Marks
from assistant.planners.plain.places import Places

AGGS: tuple[Agg, ...] = ("avg", "sum", "max", "min")


@dataclass(slots=True)
class Walk:
    """`before`: the token before the one that is read; `verb`: a verb was seen; `direction`: an order was told."""

    tokens: tuple[Token, ...]
    places: Places
    verb: bool = False
    before: Token | None = None
    direction: bool | None = None

    @property
    def frame(self) -> Frame:
        """The frame as it fills."""
        return self.places.frame

    @property
    def marks(self) -> Marks:
        """What was said of the noun that is to come."""
        return self.places.marks

    def _next(self, at: int) -> Token | None:
        """The next token that says something."""
        return next(
            (t for t in self.tokens[at + 1 :] if t.noun or t.is_stop or not t.has("of", "pronoun") or t.has("each")), None
        )

    def _has_object(self, at: int) -> bool:
        """Whether a verb ties to something: shipped by each shipper, paid the bill."""
        after = self.tokens[at + 1 :][:5]
        return any(x.noun is not None or (x.values and i < 2) or x.has("by") for i, x in enumerate(after))

    def _is_tie(self, at: int, t: Token) -> bool:
        """orders, contains, and other words that tie where a noun follows."""
        after = self._next(at)
        if not t.has("tie"):
            return False
        return after is not None and (after.noun is not None or after.piece.comparison is not None or after.has("count", "most"))

    def _is_passive(self) -> bool:
        """Whether `by` follows a verb: made by, written by."""
        before = self.before
        return before is not None and (before.has("tie") or before.piece.role == "unread" or before.text.endswith("ed"))

    def _is_behind(self, at: int) -> bool:
        """Whether the word stands right behind a noun, or behind its 的."""
        back = at - 2 if at > 1 and self.tokens[at - 1].text == "的" else at - 1
        return back >= 0 and self.tokens[back].noun is not None

    def _asks(self, t: Token) -> bool:
        """which, what, who at the beginning of a sentence, or after and."""
        if not t.has("ask") and t.text not in ("who", "when", "in which", "where", "for which", "while", "if", "with"):
            return False
        return (
            self.before is None
            or (self.before.is_stop and "," not in self.before.text)
            or (self.before.has("and", "ask") and self.before.noun is None and t.has("ask"))
        )

    def _opens(self, t: Token) -> bool:
        """Whether a word begins a question or a request."""
        return t.text.split()[0] in ("what", "which", "list", "show", "find", "give", "return", "how", "display", "tell")
