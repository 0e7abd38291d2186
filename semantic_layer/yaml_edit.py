"""A synonym written into the YAML of a member: the smallest insertion, all else (comments, order, spacing) stays to the letter.

In: the text of a file, the path of a member or value in it, a language, a word. Out: the new text, or None where the file is
written in a way that this does not know; who calls checks what the new text means. Nothing fails.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w\u4e00-\u9fff]*(?:[ -][\w\u4e00-\u9fff]+)*\Z")
_NOT_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def written(word: str) -> str:
    """A word as YAML text, quoted where it must be."""
    return word if _PLAIN.match(word) and word.lower() not in _NOT_TEXT else json.dumps(word, ensure_ascii=False)


def with_synonym(text: str, path: Sequence[str], lang: str, word: str) -> str | None:
    """The text with one more synonym at `path` (`sales`, or `region`, `values`, `华东`)."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError):
        return None
    for step in path:
        node = _step(node, step)
        if node is None:
            return None
    if isinstance(node, yaml.ScalarNode):
        return _spliced(text, node, f"{{en: {_source(text, node)}, synonyms: {{{lang}: [{written(word)}]}}}}")
    return _in_member(text, node, lang, word) if isinstance(node, yaml.MappingNode) else None


def _step(node: Any, step: str) -> Any:  # noqa: ANN401 - PyYAML is not typed
    """The node one step down: under a key, or the item of a list whose `value` it is."""
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode):
        return next((item for item in node.value if getattr(_step(item, "value"), "value", None) == step), None)
    return None


def _in_member(text: str, member: Any, lang: str, word: str) -> str | None:  # noqa: ANN401
    words = _step(member, "synonyms")
    if words is None:
        return _with_key(text, member, f"synonyms: {{{lang}: [{written(word)}]}}")
    if not isinstance(words, yaml.MappingNode):
        return None
    known = _step(words, lang)
    if known is None:
        return _with_key(text, words, f"{lang}: [{written(word)}]")
    if isinstance(known, yaml.ScalarNode):
        return _spliced(text, known, f"[{_source(text, known)}, {written(word)}]")
    return _with_item(text, known, word) if isinstance(known, yaml.SequenceNode) else None


def _with_item(text: str, items: Any, word: str) -> str | None:  # noqa: ANN401
    if items.flow_style:
        end = items.end_mark.index - 1
        last = items.value[-1].end_mark.index if items.value else end
        return text[:last] + (", " if items.value else "") + written(word) + text[last:]
    last = items.value[-1]
    if not isinstance(last, yaml.ScalarNode):
        return None
    indent = _indent(text, items.start_mark)
    return None if indent is None else _after_line(text, last.end_mark.index, f"{indent}- {written(word)}")


def _with_key(text: str, mapping: Any, entry: str) -> str | None:  # noqa: ANN401
    """One more key of a mapping: at the end of a flow one, before the first key of a block."""
    if mapping.flow_style:
        last = mapping.value[-1][1].end_mark.index if mapping.value else mapping.end_mark.index - 1
        return text[:last] + (", " if mapping.value else "") + entry + text[last:]
    first = mapping.value[0][0].start_mark
    indent = _indent(text, first)
    if indent is None:
        return None
    at = first.index - len(indent)
    return f"{text[:at]}{indent}{entry}\n{text[at:]}"


def _indent(text: str, mark: Any) -> str | None:  # noqa: ANN401
    """The spaces before a mark, where nothing else stands before it in its line."""
    before = text[text.rfind("\n", 0, mark.index) + 1 : mark.index]
    return before if not before.strip() else None


def _after_line(text: str, at: int, line: str) -> str:
    """A line after the one that holds `at`, a comment at its end included."""
    end = text.find("\n", at)
    return f"{text}\n{line}\n" if end < 0 else f"{text[: end + 1]}{line}\n{text[end + 1 :]}"


def _spliced(text: str, node: Any, new: str) -> str:  # noqa: ANN401
    return text[: node.start_mark.index] + new + text[node.end_mark.index :]


def _source(text: str, node: Any) -> str:  # noqa: ANN401
    return text[node.start_mark.index : node.end_mark.index]
