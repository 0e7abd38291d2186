"""YAML read safely, with the line of every key and value.

In: a YAML file. Out: a `Tree` of mappings, lists and scalars that know their lines, and the issues found: syntax, tags and
aliases (never needed here, and a way to run code or blow up memory), keys given twice, files that are too large or too deep.
Scalars follow YAML 1.2: only `true` and `false` are booleans (`on`, `no` are words), dates stay text, numbers with a leading
zero stay text. Raises nothing for anything that a file can hold.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from semantic_layer.issues import Issue, Place

Plain = None | bool | int | float | str

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?$")
_WORDS: Mapping[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar. `text`: as it was written."""

    line: int
    value: Plain
    text: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list."""

    line: int
    items: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping; `lines` are those of its keys."""

    line: int
    items: Mapping[str, "Tree"] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

    def with_items(self, **items: "Tree") -> "Mapped":
        """The same mapping with some values replaced or added; a new key stands where its value does."""
        lines = {key: self.lines.get(key, tree.line) for key, tree in items.items()}
        return Mapped(self.line, {**self.items, **items}, {**self.lines, **lines})

    def without(self, *keys: str) -> "Mapped":
        """The same mapping without some keys."""
        return self.only(tuple(key for key in self.items if key not in keys))

    def only(self, keys: tuple[str, ...]) -> "Mapped":
        """The same mapping with none but these keys."""
        kept = {key: tree for key, tree in self.items.items() if key in keys}
        return Mapped(self.line, kept, {key: self.lines[key] for key in kept})


Tree = Leaf | Listed | Mapped


def leaf(value: Plain, line: int) -> Leaf:
    """A scalar that a short form stands for."""
    return Leaf(line, value, "" if value is None else str(value))


def plain(tree: Tree) -> object:
    """The tree as dicts, lists and scalars."""
    match tree:
        case Leaf():
            return tree.value
        case Listed():
            return [plain(item) for item in tree.items]
        case Mapped():
            return {key: plain(item) for key, item in tree.items.items()}


def line_at(tree: Tree, path: tuple[str | int, ...]) -> int:
    """The line of what lies at `path`; steps that do not exist in the tree are skipped."""
    line = tree.line
    for step in path:
        match tree:
            case Mapped() if str(step) in tree.items:
                line, tree = tree.lines[str(step)], tree.items[str(step)]
            case Listed() if isinstance(step, int) and step < len(tree.items):
                tree = tree.items[step]
                line = tree.line
            case _:
                continue
    return line


class _StopError(Exception):
    """Nothing more of this file can be read."""


@dataclass(slots=True)
class _Reading:
    """One file on its way from YAML events to a tree. Events, not nodes: composing nodes overflows the stack of C."""

    file: str
    events: Iterator[Any]
    issues: list[Issue] = field(default_factory=list)

    def say(self, code: str, line: int, **params: str) -> None:
        self.issues.append(Issue(code, where=Place(file=self.file, line=line), params=params))

    def document(self) -> Tree | None:
        """The tree of the only document; None where there is none."""
        tree: Tree | None = None
        for event in self.events:
            match event:
                case yaml.DocumentStartEvent() if tree is not None:
                    self.say("yaml-syntax", _line(event), problem="a second document (---)")
                    return tree
                case yaml.NodeEvent():
                    tree = self.tree(event, 0)
                case _:
                    continue
        return tree

    def tree(self, event: Any, depth: int) -> Tree:  # noqa: ANN401 - PyYAML is not typed
        line = _line(event)
        if depth > MAX_DEPTH:
            self.say("yaml-too-large", line, limit=f"{MAX_DEPTH} levels")
            raise _StopError
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self.say("yaml-unsafe", line, what=f"&{event.anchor}")
        if isinstance(event, yaml.AliasEvent):
            return leaf(None, line)
        if event.tag not in (None, "!"):
            self.say("yaml-unsafe", line, what=str(event.tag))
        match event:
            case yaml.MappingStartEvent():
                return self._mapping(line, depth)
            case yaml.SequenceStartEvent():
                return Listed(line, tuple(self._items(depth)))
            case _:
                return Leaf(line, _scalar(event.value, quoted=bool(event.style)), event.value)

    def _items(self, depth: int) -> Iterator[Tree]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self.tree(event, depth + 1)

    def _mapping(self, line: int, depth: int) -> Mapped:
        items: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key, key_line = self.tree(event, depth + 1), _line(event)
            value = self.tree(next(self.events), depth + 1)
            if not isinstance(key, Leaf):
                self.say("yaml-key-not-text", key_line)
            elif key.text in items:
                self.say("yaml-duplicate-key", key_line, key=key.text, first=str(lines[key.text]))
            else:
                items[key.text], lines[key.text] = value, key_line
        return Mapped(line, items, lines)


def _line(event: Any) -> int:  # noqa: ANN401 - PyYAML is not typed
    return int(event.start_mark.line) + 1


def _scalar(text: str, *, quoted: bool) -> Plain:
    if quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text


_TOO_DEEP = "maximum nesting depth"


def read_tree(path: Path, file: str) -> tuple[Tree | None, tuple[Issue, ...]]:
    """The tree of a file (None where it cannot be read, or is empty), and what is wrong with it. `file`: its name in issues."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            return None, (Issue("yaml-too-large", where=Place(file=file), params={"limit": f"{MAX_BYTES // 1_000_000} MB"}),)
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None, (Issue("yaml-not-utf8", where=Place(file=file)),)
    except OSError:
        return None, (Issue("file-unreadable", where=Place(file=file), params={"file": file}),)
    reading = _Reading(file, iter(()))
    try:
        reading.events = yaml.parse(text, Loader=_LOADER)
        return reading.document(), tuple(reading.issues)
    except _StopError:
        return None, tuple(reading.issues)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        if _TOO_DEEP in str(error.problem):  # libyaml of PyYAML 6.0.4 stops before we do
            return None, (Issue("yaml-too-large", where=Place(file=file, line=line), params={"limit": f"{MAX_DEPTH} levels"}),)
        return None, (Issue("yaml-syntax", where=Place(file=file, line=line), params={"problem": str(error.problem)}),)
    except yaml.YAMLError as error:
        return None, (Issue("yaml-syntax", where=Place(file=file), params={"problem": str(error).splitlines()[0]}),)
