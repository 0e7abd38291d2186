"""A question cut into pieces: its best covers, with the slips of its writer put right.

In: a normalised text, the model as the asker may see it. Out: the text as it is read, its covers (best first, never none), what was put
right in it. Words that are never a slip, but another way to write something known, are put right at once; misspellings only where
something was left unread, and only where that explains more. Never fails.
"""

from dataclasses import dataclass, field

from assistant.language.calendar import Calendar
from assistant.language.mentions import Cover, Piece, covers, spot, visible
from assistant.language.named_days import named_after_days
from assistant.language.text import Normalised
from assistant.language.typos import Slip, Spelling, corrected, dated_names, other_words
from assistant.language.values import ValueIndex
from assistant.planners.rules.cutshort import cut_short
from semantic_layer.model import SemanticModel

Cut = tuple[Normalised, tuple[Cover, ...], tuple[Slip, ...]]


@dataclass(slots=True)
class Cutter:
    """Cuts by the names of one index, on the days of one calendar."""

    index: ValueIndex
    calendar: Calendar
    spelling: Spelling = field(init=False)

    def __post_init__(self) -> None:
        self.spelling = Spelling(self.index)

    def cut(self, text: Normalised, model: SemanticModel) -> Cut:
        """The best covers, those of the question with its slips put right where that explains more."""
        known = (*dated_names(text.text, self.index, self.calendar.today.year), *other_words(text.text, self.index))
        known = known or tuple(named_after_days(text, self.index, self.calendar))
        text = corrected(text, known) if known else text
        found = covers(text, self._spotted(text, model))
        unread = [piece for piece in found[0] if piece.role == "unread"] if found else []
        slips = (tuple(cut_short(found[0], model)) or self.spelling.slips(text, unread)) if unread else ()
        if not slips:
            return text, found or ((),), known
        right = corrected(text, slips)
        better = covers(right, self._spotted(right, model))
        return right, better or ((),), (*known, *slips)

    def _spotted(self, text: Normalised, model: SemanticModel) -> tuple[Piece, ...]:
        """The pieces of a text; names that the asker may not see are no names."""
        return visible(spot(text, self.index, self.calendar), model)
