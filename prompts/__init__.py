"""Every sentence that a person or a model reads, in Chinese and English, and the two functions that fill them in.

In: a dotted name (`answers.no_rows`: the first part names the file `answers.{zh,en}.yaml`) or an `Issue`, a language, variables.
Out: the text. What fails, loudly: a name, a language or a variable that is not there (`PromptError`). No logic lives in the YAML:
texts are `str.format` templates, and a template never formats what a variable holds.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from semantic_layer.issues import Issue

__all__ = ["FOLDER", "LANGUAGES", "OF_A_DOMAIN", "PromptError", "issue_codes", "issue_text", "names", "render"]

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")
OF_A_DOMAIN = ("people", "some_metrics", "example")
"""Variables that the sentence of any issue may use: see `assistant.answers.own_words`."""
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PromptError(KeyError):
    """A text, language or variable that does not exist: a defect of ours, never shown to an asker."""

    def __str__(self) -> str:
        return str(self.args[0])


def render(name: str, lang: str, /, **variables: object) -> str:
    """The text called `name` in `lang` ("zh" or "en"), its {variables} filled in.

    Raises:
        PromptError: no such text, or a variable of it was not given.
    """
    file, _, rest = name.partition(".")
    template = _texts(file, lang).get(rest)
    if template is None:
        raise PromptError(f"no text `{name}` in prompts/{file}.{lang}.yaml")
    return _fill(name, template, variables)


def issue_text(issue: "Issue", lang: str) -> str:
    """The sentence of an issue's code with its params, from the pair `issues_<room>.{zh,en}.yaml` that has it.

    What only a domain knows (its people, some of its metrics, a question of it) is said in general where the params lack it.
    Suggestions stand where the sentence says `{suggestions}`, else in a sentence of their own after it.
    """
    template = _issues(lang).get(issue.code)
    if template is None:
        raise PromptError(f"no sentence for issue `{issue.code}` in prompts/issues_*.{lang}.yaml")
    suggestions = render("app.list_separator", lang).join(issue.suggestions)
    general = {name: render(f"app.of_no_domain.{name}", lang) for name in OF_A_DOMAIN}
    text = _fill(issue.code, template, {**general, **issue.params, "suggestions": suggestions})
    if not issue.suggestions or "{suggestions}" in template:
        return text
    return render("app.did_you_mean", lang, text=text, suggestions=suggestions)


def names(file: str, lang: str) -> Mapping[str, str]:
    """All texts of `file.lang.yaml`, templates by dotted name (without the file)."""
    return _texts(file, lang)


def issue_codes(lang: str) -> Mapping[str, str]:
    """Every issue code that has a sentence in `lang`, with its template."""
    return _issues(lang)


def _fill(name: str, template: str, variables: Mapping[str, object]) -> str:
    try:
        return template.format_map(variables)
    except KeyError as missing:
        raise PromptError(
            f"text `{name}` needs the variable {missing}; given: {', '.join(sorted(variables)) or 'none'}"
        ) from missing


@cache
def _texts(file: str, lang: str) -> Mapping[str, str]:
    path = FOLDER / f"{file}.{lang}.yaml"
    if lang not in LANGUAGES or not path.is_file():
        raise PromptError(f"no texts prompts/{file}.{lang}.yaml")
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}  # noqa: S506 - the safe loader, in C
    return MappingProxyType(dict(_flat("", loaded, path)))


def _flat(prefix: str, node: object, path: Path) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(prefix, node)]
    if not isinstance(node, dict):
        raise PromptError(f"{path.name}: `{prefix}` is neither a text nor a mapping of texts")
    return [pair for key, value in node.items() for pair in _flat(f"{prefix}.{key}" if prefix else str(key), value, path)]


@cache
def _issues(lang: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob(f"issues_*.{lang}.yaml")):
        for code, template in _texts(path.name.removesuffix(f".{lang}.yaml"), lang).items():
            found.setdefault(code, template)  # a code stands in one pair only: tests/test_prompts.py
    return MappingProxyType(found)
