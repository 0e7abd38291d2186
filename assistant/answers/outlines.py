"""Text of an SVG as shapes, so that it looks the same where our font is not installed.

In: an SVG that vl-convert drew. Out: the SVG with each `<text>` that our font can write replaced by one path, its words kept as
the label for readers. A text with a character that the font lacks stays text, in whatever font is there. Nothing is fetched.

The font is TrueType with simple glyphs only: `glyf`, `loca`, `cmap` format 4 and `hmtx` are read as the OpenType specification
1.9 describes them; curves are quadratic, as SVG's `Q`.
"""

import re
import struct
from collections.abc import Callable, Iterator
from functools import cache
from html import escape, unescape
from importlib.resources import files

Point = tuple[int, int, bool]
FONT_FILE = "fonts/NotoSansCJKsc-Wenke.ttf"
_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_DROPPED = ("text-anchor", "font-family", "font-size", "font-weight", "font-style", "dominant-baseline")


def outlined(svg: str) -> str:
    """`svg` with its texts as paths."""
    font = _font()
    return _TEXT.sub(lambda match: _path(match, font), svg)


def _path(match: re.Match[str], font: "Outlines") -> str:
    attributes = dict(_ATTRIBUTE.findall(match[1]))
    text = unescape(match[2])
    if not all(font.has(c) for c in text):
        return match[0]
    scale = float(attributes.get("font-size", "11").removesuffix("px")) / font.units
    width = sum(font.advance(c) for c in text) * scale
    x = {"middle": -width / 2, "end": -width}.get(attributes.get("text-anchor", ""), 0.0)
    shapes = []
    for character in text:
        shapes.append(font.shape(character, x, scale))
        x += font.advance(character) * scale
    named = {"role": "img", "aria-label": escape(text), **attributes}
    kept = " ".join(f'{k}="{v}"' for k, v in named.items() if k not in _DROPPED)
    return f'<path {kept} d="{"".join(shapes)}"/>'


class Outlines:
    """The glyphs of a TrueType font, read when they are asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        tables = self._tables()
        self.units = self._u16(tables["head"] + 18)
        self._long = self._u16(tables["head"] + 50) == 1
        self._glyf, self._loca, self._hmtx = tables["glyf"], tables["loca"], tables["hmtx"]
        self._metrics = self._u16(tables["hhea"] + 34)
        self._glyphs = dict(self._mapping(tables["cmap"]))

    def has(self, character: str) -> bool:
        """Whether the font can write it."""
        return ord(character) in self._glyphs

    def advance(self, character: str) -> int:
        """How far the next character stands, in font units."""
        index = min(self._glyphs[ord(character)], self._metrics - 1)
        return self._u16(self._hmtx + 4 * index)

    def shape(self, character: str, x: float, scale: float) -> str:
        """The outline at `x` on the base line, as SVG path commands."""

        def at(point: tuple[float, float]) -> str:
            return f"{x + point[0] * scale:.2f},{-point[1] * scale:.2f}"

        return "".join(_contour(contour, at) for contour in self._contours(self._glyphs[ord(character)]))

    # --- tables -----------------------------------------------------------------------------------------------------------

    def _u16(self, at: int) -> int:
        return int(struct.unpack_from(">H", self._data, at)[0])

    def _tables(self) -> dict[str, int]:
        entries = (struct.unpack_from(">4sLLL", self._data, 12 + 16 * i) for i in range(self._u16(4)))
        return {tag.decode(): offset for tag, _, offset, _ in entries}

    def _mapping(self, cmap: int) -> Iterator[tuple[int, int]]:
        """Character to glyph, from the first subtable of format 4."""
        subtables = [cmap + struct.unpack_from(">HHL", self._data, cmap + 4 + 8 * i)[2] for i in range(self._u16(cmap + 2))]
        table = next(t for t in subtables if self._u16(t) == 4)
        count = self._u16(table + 6) // 2
        ends, starts = table + 14, table + 16 + 2 * count
        deltas, offsets = starts + 2 * count, starts + 4 * count
        for i in range(count):
            first, last = self._u16(starts + 2 * i), self._u16(ends + 2 * i)
            delta, offset = self._u16(deltas + 2 * i), self._u16(offsets + 2 * i)
            for code in range(first, min(last, 0xFFFE) + 1):
                glyph = self._u16(offsets + 2 * i + offset + 2 * (code - first)) if offset else code
                if glyph:
                    yield code, (glyph + delta) & 0xFFFF

    def _range(self, glyph: int) -> tuple[int, int]:
        if self._long:
            start, end = struct.unpack_from(">LL", self._data, self._loca + 4 * glyph)
            return self._glyf + start, self._glyf + end
        start, end = struct.unpack_from(">HH", self._data, self._loca + 2 * glyph)
        return self._glyf + 2 * start, self._glyf + 2 * end

    def _contours(self, glyph: int) -> list[list[Point]]:
        """The closed lines of a simple glyph: points with whether they lie on the curve."""
        at, end = self._range(glyph)
        if at == end:
            return []
        count = int(struct.unpack_from(">h", self._data, at)[0])
        ends = [self._u16(at + 10 + 2 * i) for i in range(count)]
        at += 10 + 2 * count
        at += 2 + self._u16(at)
        flags, at = self._flags(at, ends[-1] + 1)
        xs, at = self._coordinates(at, flags, 0x02, 0x10)
        ys, _ = self._coordinates(at, flags, 0x04, 0x20)
        points = [(x, y, bool(flag & 1)) for x, y, flag in zip(xs, ys, flags, strict=True)]
        return [points[a:b] for a, b in zip([0, *(e + 1 for e in ends)], [e + 1 for e in ends], strict=False)]

    def _flags(self, at: int, count: int) -> tuple[list[int], int]:
        flags: list[int] = []
        while len(flags) < count:
            flag = self._data[at]
            at += 1
            repeat = 1
            if flag & 0x08:
                repeat += self._data[at]
                at += 1
            flags += [flag] * repeat
        return flags, at

    def _coordinates(self, at: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
        value, values = 0, []
        for flag in flags:
            if flag & short:
                value += self._data[at] if flag & same else -self._data[at]
                at += 1
            elif not flag & same:
                value += struct.unpack_from(">h", self._data, at)[0]
                at += 2
            values.append(value)
        return values, at


def _contour(points: list[Point], at: Callable[[tuple[float, float]], str]) -> str:
    """One closed line as SVG: two control points in a row have a point of the curve half way between them."""
    if not points:
        return ""
    full: list[tuple[float, float, bool]] = []
    for (x0, y0, on0), (x1, y1, on1) in zip([points[-1], *points[:-1]], points, strict=True):
        if not on0 and not on1:
            full.append(((x0 + x1) / 2, (y0 + y1) / 2, True))
        full.append((x1, y1, on1))
    start = next(i for i, p in enumerate(full) if p[2])
    full = [*full[start:], *full[:start]]
    path, control = f"M{at(full[0][:2])}", ""
    for x, y, on in [*full[1:], full[0]]:
        if not on:
            control = f"Q{at((x, y))} "
            continue
        path += f"{control}{at((x, y))}" if control else f"L{at((x, y))}"
        control = ""
    return f"{path}Z"


@cache
def _font() -> Outlines:
    return Outlines((files("assistant.answers") / FONT_FILE).read_bytes())
