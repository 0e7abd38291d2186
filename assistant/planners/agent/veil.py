"""The veil: what of a question may leave, and typed placeholders for what may not.

In: a question, its pieces, the personal values that the data itself knows in it. Out: a `Veil`: the question with <v1> (a stored
value), <p1> (personal), <x1> (quoted or unknown text that looks like a value), <n1> (a number), <t1> (a period) in their places;
it puts them back into a query or SQL, and hides them in any text that leaves. Nothing fails.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from semantic_layer.query import Period

Kind = Literal["v", "p", "x", "n", "t"]
Content = str | int | float | Period
_TOKEN = re.compile(r"<([vpxnt]\d{1,3})(?:\.(start|end))?>")
_QUOTED = re.compile(r"'(?:[^']|'')*'")
_DIGITS = re.compile(r"\d(?:[\d,.\-]*\d)?")


@dataclass(frozen=True, slots=True)
class Hidden:
    """One value behind a placeholder. `hint`: what may be said about it; `needed`: the question has it, a query must use it."""

    name: str
    kind: Kind
    content: Content
    hint: str = ""
    needed: bool = True
    spelled: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The spellings that must not leave; of numbers and periods only what was written."""
        own = (self.content,) if isinstance(self.content, str) else ()
        return tuple(dict.fromkeys(text for text in (*own, *self.spelled) if len(text) >= 2))


@dataclass(slots=True)
class Veil:
    """The placeholders of one turn, in order of appearance."""

    literals: dict[str, Hidden] = field(default_factory=dict)
    looked_up: set[str] = field(default_factory=set)
    """Names of values that the model's own words led to: hidden in what we say, but it may say them itself."""

    def name(self, kind: Kind, content: Content, hint: str = "", *, spelled: str = "", needed: bool = True) -> str:
        """The placeholder for a value, the same one for the same value."""
        for known in self.literals.values():
            if known.kind == kind and known.content == content and type(known.content) is type(content):
                if spelled and spelled not in known.spelled:
                    self.literals[known.name] = Hidden(
                        known.name, kind, content, known.hint, known.needed or needed, (*known.spelled, spelled)
                    )
                return f"<{known.name}>"
        count = sum(1 for known in self.literals.values() if known.kind == kind) + 1
        made = Hidden(f"{kind}{count}", kind, content, hint, needed, (spelled,) if spelled else ())
        self.literals[made.name] = made
        return f"<{made.name}>"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every spelling that must not leave, longest first; numbers count where they are long enough to identify."""
        found = {
            text
            for known in self.literals.values()
            for text in (*known.texts, *_writings(known.content))
            if known.name not in self.looked_up
            if known.kind in "vpx" or (known.kind == "n" and len(_only_digits(text)) >= 5)
        }
        return tuple(sorted(found, key=lambda text: (-len(text), text)))

    def hide(self, text: str) -> str:
        """`text` with every value of this turn under its placeholder."""
        for known in sorted(self.literals.values(), key=lambda each: -max((len(t) for t in each.texts), default=0)):
            if isinstance(known.content, Period):
                for side, day in known.content.model_dump(mode="json").items():
                    text = text.replace(day, f"<{known.name}.{side}>") if day else text
                continue
            for spelling in known.texts:
                word = re.escape(spelling)
                whole = rf"(?<![A-Za-z0-9_]){word}(?![A-Za-z0-9_])" if spelling.isascii() else word
                text = re.sub(whole, f"<{known.name}>", text, flags=re.IGNORECASE)
            for writing in _writings(known.content):
                text = re.sub(rf"(?<![A-Za-z0-9_.<]){re.escape(writing)}(?!\.?[A-Za-z0-9_]|>)", f"<{known.name}>", text)
        return text

    # --- putting back ------------------------------------------------------------------------------------------------

    def restored(self, node: Any) -> Any:  # noqa: ANN401 - JSON of any shape
        """JSON with the values in the places of their placeholders."""
        if isinstance(node, Mapping):
            return {key: self.restored(item) for key, item in node.items()}
        if isinstance(node, list | tuple):
            return [self.restored(item) for item in node]
        if not isinstance(node, str):
            return node
        whole = _TOKEN.fullmatch(node.strip())
        if whole is not None and whole[1] in self.literals:
            return _plain(self.literals[whole[1]].content, whole[2])
        return self.text(node)

    def text(self, text: str) -> str:
        """A sentence with the values in it, as they were written."""
        return _TOKEN.sub(lambda found: self._spelled(found[1], found[2], found[0]), text)

    def sql(self, text: str) -> str:
        """SQL with the values as literals, escaped; inside a quoted text they become part of it."""

        def inside(found: "re.Match[str]") -> str:
            return _TOKEN.sub(lambda token: self._spelled(token[1], token[2], token[0]).replace("'", "''"), found[0])

        def outside(found: "re.Match[str]") -> str:
            known = self.literals.get(found[1])
            return found[0] if known is None else _sql(_plain(known.content, found[2]))

        out, at = [], 0
        for quoted in _QUOTED.finditer(text):
            out += [_TOKEN.sub(outside, text[at : quoted.start()]), inside(quoted)]
            at = quoted.end()
        return "".join((*out, _TOKEN.sub(outside, text[at:])))

    def unused(self, text: str) -> tuple[str, ...]:
        """Placeholders of the question that `text` (a query as the model wrote it) does not use."""
        used = {found[1] for found in _TOKEN.finditer(text)}
        return tuple(name for name, known in self.literals.items() if known.needed and name not in used)

    def spelled(self, name: str) -> str:
        """What the asker wrote for a placeholder."""
        return self._spelled(name, None, name)

    def _spelled(self, name: str, side: str | None, otherwise: str) -> str:
        known = self.literals.get(name)
        if known is None:
            return otherwise
        if side is None and known.spelled:
            return known.content if isinstance(known.content, str) else known.spelled[0]
        plain = _plain(known.content, side)
        return f"{plain['start']} – {plain['end']}" if isinstance(plain, Mapping) else str(plain)

    # --- what leaves of an earlier query --------------------------------------------------------------------------------

    def veiled(self, node: Any, declared: Mapping[str, frozenset[Any]], member: str = "") -> Any:  # noqa: ANN401 - JSON
        """JSON of a query with its values, numbers and periods under placeholders; declared values stay."""
        if isinstance(node, Mapping):
            if set(node) <= {"start", "end"} and node:
                return self.name("t", Period.model_validate(dict(node)), "period", needed=False)
            own = str(node.get("member") or member)
            return {key: self._veiled_field(key, item, declared, own) for key, item in node.items()}
        if isinstance(node, list | tuple):
            return [self.veiled(item, declared, member) for item in node]
        return node

    def _veiled_field(self, key: str, item: Any, declared: Mapping[str, frozenset[Any]], member: str) -> Any:  # noqa: ANN401
        if key in ("values", "edges") and isinstance(item, list | tuple):
            return [self._veiled_value(value, declared.get(member, frozenset()), member) for value in item]
        if key == "as_of" and isinstance(item, str):
            return self._veiled_day(date.fromisoformat(item))
        if isinstance(item, int | float) and not isinstance(item, bool):
            return self._veiled_value(item, frozenset(), member)
        return self.veiled(item, declared, member)

    def _veiled_day(self, day: date) -> str:
        return self.name("t", Period(start=day), "day", needed=False).replace(">", ".start>")

    def _veiled_value(self, value: Any, declared: frozenset[Any], member: str) -> Any:  # noqa: ANN401
        if isinstance(value, bool) or value in declared:
            return value
        return self.name("v" if isinstance(value, str) else "n", value, member, needed=False)


def leftover_digits(text: str) -> Sequence[tuple[int, int]]:
    """The digits of a text outside placeholders, as spans."""
    taken = [found.span() for found in _TOKEN.finditer(text)]
    return [found.span() for found in _DIGITS.finditer(text) if not any(start <= found.start() < end for start, end in taken)]


def _writings(content: Content) -> tuple[str, ...]:
    """How what we say writes a number, whatever the asker wrote; a lone digit, too short for a spelling, is one too."""
    if isinstance(content, str):
        return (content,) if len(content) == 1 and content.isdigit() else ()
    if isinstance(content, Period):
        return ()
    return tuple(dict.fromkeys((str(content), f"{content:,}", f"{content:g}")))


def _only_digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _plain(content: Content, side: str | None) -> Any:  # noqa: ANN401
    if not isinstance(content, Period):
        return content
    days = content.model_dump(mode="json")
    return days if side is None else days[side]


def _sql(plain: Any) -> str:  # noqa: ANN401
    if isinstance(plain, Mapping):
        return f"DATE '{plain['start']}' AND DATE '{plain['end']}'"
    if isinstance(plain, str):
        is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", plain)
        return f"DATE '{plain}'" if is_day else "'" + plain.replace("'", "''") + "'"
    return "NULL" if plain is None else str(plain)
