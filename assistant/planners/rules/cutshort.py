"""Names cut short in a list of their kind: flagship / standard / community shops, 旗舰、标准、社区三种店.

In: the best cover of a question, the model. Out: for each word that nothing explains and that stands in a list with values, the one
value of their dimension that begins with it, as a `Slip`, which is told. Never fails.
"""

from collections.abc import Iterator

from assistant.language.mentions import Cover
from assistant.language.typos import Slip
from semantic_layer.model import SemanticModel


def cut_short(cover: Cover, model: SemanticModel) -> Iterator[Slip]:
    """Each such word with the whole name."""
    for at, piece in enumerate(cover):
        if piece.role != "unread" or len(piece.text) < _SHORTEST:
            continue
        kinds = _kinds(cover, at, -1) | _kinds(cover, at, 1)
        values = [v for kind in kinds if kind in model.dimensions for v in model.dimensions[kind].values]
        labels = {label.lower() for v in values for label in (v.label.zh, v.label.en)}
        names = [label for label in labels if label.startswith(piece.text) and label != piece.text]
        if len(names) == 1:
            yield Slip(piece.start, piece.end, piece.text, names[0])


_SHORTEST = 2


def _kinds(cover: Cover, at: int, by: int) -> set[str]:
    """The dimensions of the nearest value in one direction, where nothing but signs, `and` and other such words stand between."""
    to, tied = at + by, False
    while 0 <= to < len(cover):
        piece = cover[to]
        if piece.of("value"):
            return {sense.name for sense in piece.of("value")} if tied else set()
        if not (piece.role in ("break", "unread") or (piece.has("and", "or", "comma") and not piece.is_content)):
            return set()
        tied = tied or piece.role != "unread"
        to += by
    return set()
