"""Pieces of one period that name it once: 9月上半月和下半月, first half vs second half of September, 上旬、中旬和下旬.

In: two neighbouring atoms of a list; out: the same, the bare piece put into the period that the other one is a piece of. Only pieces of
one kind share it (two halves, two thirds); everything else comes back as it was.
"""

from dataclasses import replace

from assistant.language.calendar import Calendar
from assistant.language.time_atoms import Atom
from assistant.language.time_parts import Part, refine_all, settle

_KINDS = ("halves", "third", "nth", "first")


def of_one_period(a: Atom, b: Atom, calendar: Calendar) -> tuple[Atom, Atom]:
    """Both atoms, the bare one of them a piece of what the other one is a piece of."""
    if _is_bare(b):
        return a, _put_beside(b, a, calendar)
    if _is_bare(a):
        return _put_beside(a, b, calendar), b
    return a, b


def _is_bare(atom: Atom) -> bool:
    """下半月, second half: a piece, and nothing that it would be of."""
    return atom.whole is None and len(atom.parts) == 1 and atom.parts[0].kind in _KINDS


def _put_beside(bare: Atom, other: Atom, calendar: Calendar) -> Atom:
    piece = bare.parts[0]
    if other.within is not None and other.within.whole is not None:
        parts = _instead(other.inner, piece)
        whole = refine_all(other.within.whole, parts, calendar) if parts else None
        lent = replace(
            bare, whole=whole, kind=other.kind, parts=(), within=other.within, inner=parts, applied=other.applied and parts
        )
        return bare if whole is None else replace(lent, weak=False)
    parts = _instead(other.parts, piece) if other.whole is None else ()
    return replace(bare, parts=parts, weak=False) if len(parts) > 1 and settle(parts, calendar) is not None else bare


def _instead(parts: tuple[Part, ...], piece: Part) -> tuple[Part, ...]:
    """The parts of the other one with this piece in the place of its own; nothing where it has no piece of that kind."""
    alike = [part for part in parts if part.kind == piece.kind]
    return tuple(piece if part in alike else part for part in parts) if len(alike) == 1 else ()
