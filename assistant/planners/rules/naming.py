"""What each piece of a question was taken for, in a word, for `explain`."""

from assistant.language.mentions import Cover, Piece


def named(cover: Cover) -> tuple[str, ...]:
    """What each piece of a cover was taken for, for `explain`."""
    return tuple(f"{p.text} → {', '.join(_meanings(p))}" for p in cover if p.is_content)


def _meanings(piece: Piece) -> list[str]:
    found = [s.name if s.kind != "value" else f"{s.name} = {s.value}" for s in piece.senses[:4]]
    if piece.time is not None:
        found.append(f"{piece.time.period.start} – {piece.time.period.end}")
    if piece.grain is not None:
        found.append(piece.grain.grain)
    if piece.comparator is not None:
        found.append(piece.comparator.kind)
    if piece.comparison is not None:
        found.append(f"{piece.comparison.op} {' – '.join(str(v) for v in piece.comparison.plain)}")
    elif piece.number is not None:
        found.append(str(piece.number.plain))
    return found
