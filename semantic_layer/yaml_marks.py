"""YAML read safely, with the line of every key and value.

In: a YAML file. Out: a `Tree` of mappings, lists and scalars that know their lines, and the issues found: syntax, tags and
aliases (never needed here, and a way to run code or blow up memory), keys given twice, files that are too large or too deep.
Scalars follow YAML 1.2: only `true` and `false` are booleans (`on`, `no` are words), dates stay text, numbers with a leading
zero stay text. Raises nothing for anything that a file can hold.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from semantic_layer.issues import Issue, Place

Plain = None | bool | int | float | str

MAX_BYTES = 2_000_000
MAX_DEPTH = 30
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq"))
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


@dataclass(slots=True)
class _Reading:
    """One file on its way from YAML nodes to a tree."""

    file: str
    issues: list[Issue] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)

    def say(self, code: str, line: int, **params: str) -> None:
        self.issues.append(Issue(code, where=Place(file=self.file, line=line), params=params))

    def tree(self, node: yaml.Node, depth: int = 0) -> Tree:
        line = node.start_mark.line + 1
        if depth > MAX_DEPTH:
            self.say("yaml-too-large", line, limit=f"{MAX_DEPTH} levels")
            return leaf(None, line)
        if id(node) in self.seen:
            self.say("yaml-unsafe", line, what="*alias")
            return leaf(None, line)
        self.seen.add(id(node))
        if node.tag not in _TAGS:
            self.say("yaml-unsafe", line, what=str(node.tag))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, line, depth)
        if isinstance(node, yaml.SequenceNode):
            return Listed(line, tuple(self.tree(item, depth + 1) for item in node.value))
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - the three kinds of nodes there are
        return Leaf(line, _scalar(node.value, quoted=bool(node.style)), node.value)

    def _mapping(self, node: yaml.MappingNode, line: int, depth: int) -> Mapped:
        items: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.say("yaml-key-not-text", key_line)
                continue
            key = str(key_node.value)
            if key in items:
                self.say("yaml-duplicate-key", key_line, key=key, first=str(lines[key]))
                continue
            items[key], lines[key] = self.tree(value_node, depth + 1), key_line
        return Mapped(line, items, lines)


def _scalar(text: str, *, quoted: bool) -> Plain:
    if quoted:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else text


def read_tree(path: Path, file: str) -> tuple[Tree | None, tuple[Issue, ...]]:
    """The tree of a file (None where it cannot be read, or is empty), and what is wrong with it. `file`: its name in issues."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            return None, (Issue("yaml-too-large", where=Place(file=file), params={"limit": f"{MAX_BYTES // 1_000_000} MB"}),)
        node = yaml.compose(content.decode("utf-8"), Loader=_LOADER)
    except UnicodeDecodeError:
        return None, (Issue("yaml-not-utf8", where=Place(file=file)),)
    except OSError:
        return None, (Issue("file-unreadable", where=Place(file=file), params={"file": file}),)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        return None, (Issue("yaml-syntax", where=Place(file=file, line=line), params={"problem": str(error.problem)}),)
    except yaml.YAMLError as error:
        return None, (Issue("yaml-syntax", where=Place(file=file), params={"problem": str(error).splitlines()[0]}),)
    except RecursionError:
        return None, (Issue("yaml-too-large", where=Place(file=file), params={"limit": f"{MAX_DEPTH} levels"}),)
    if node is None:
        return None, ()
    reading = _Reading(file)
    tree = reading.tree(node)
    return tree, tuple(reading.issues)
