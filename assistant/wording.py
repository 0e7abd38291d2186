"""The sentence of an issue as a person reads it: member names replaced by their labels.

In: an `Issue`, the model as the asker sees it (so that a label is never one of a hidden member), a language. Out: plain text.
"""

from dataclasses import replace

import prompts
from assistant.answers.format import escape_markdown
from assistant.qa import Lang
from semantic_layer.issues import Issue
from semantic_layer.model import SemanticModel


def sentence(issue: Issue, model: SemanticModel, lang: Lang) -> str:
    """The sentence of `issue`, escaped for Markdown where it repeats what someone wrote."""
    params = {name: escape_markdown(model.label(value, lang)) for name, value in issue.params.items()}
    suggestions = tuple(dict.fromkeys(escape_markdown(model.label(name, lang)) for name in issue.suggestions))
    return prompts.issue_text(replace(issue, params=params, suggestions=suggestions), lang)
