"""What a model is told at the beginning of a turn: the task, the types, the members near the question, examples, the question.

In: the question as it may leave, what rules understood of it, the model as its asker sees it. Out: two texts, small whatever the
size of the model. Values of earlier queries stand under placeholders too. Never fails.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import prompts
from assistant.planners.agent.calls import declared
from assistant.planners.agent.examples import Template
from assistant.planners.agent.grammar import grammar, short
from assistant.planners.agent.members import estimate, listed, nearest
from assistant.planners.agent.naming import unnamed
from assistant.planners.agent.veiling import Veiled
from assistant.qa import Interpretation, Lang, Question
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

MEMBER_TOKENS = 570
MOST_TOKENS = 2960
"""Of the first messages and the tools, as estimated: where there is more, examples are left out first, then members."""
_LEAST_MEMBERS = 200
_SPARED = ("unread", "mentions", "partial", "literals", "last")
"""What a long question leaves no room for, in this order: the first two only say parts of it again."""
_NAMES, _PLAINER = 1.2, 0.94
"""How many tokens members and examples, and what we always say, have for each estimated."""
_RARER = 1.0
"""How many more tokens words of people have than estimated: placeholders, characters that tokenizers cut in two."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The first two messages of a turn."""

    system: str
    question: str


def brief(
    question: Question,
    asked: Veiled,
    model: SemanticModel,
    ruled: Interpretation,
    last: SemanticQuery | None,
    examples: Sequence[Template],
) -> Brief:
    """The messages for `question`; `ruled`: what rules made of it."""
    lang = question.lang
    partial = next((choice.query for choice in ruled.choices if choice.query is not None), None)
    told = _told(_Teller(asked, model, lang), partial, last)
    lines, left = "", 0
    for at in range(len(_SPARED) + 1):
        lines = prompts.render("agent.question", lang, **(told | dict.fromkeys(_SPARED[:at], prompts.render("agent.none", lang))))
        said = (asked.text, told["unread"] if at == 0 else "")
        left = MOST_TOKENS - _size(question, lines) - sum(round(_RARER * estimate(text)) for text in said)
        if left >= _LEAST_MEMBERS:
            break
    understood = [sense.name for piece in asked.cover for sense in piece.senses]
    near = nearest(model, asked.text, understood)
    members = listed(near, lang, min(MEMBER_TOKENS, max(round(left / _NAMES), 0)))
    left -= round(_NAMES * estimate(members))
    kept: list[str] = []
    for pair in examples:
        line = f"{pair.text} → {_dumped(pair.query)}"
        left -= round(_NAMES * estimate(line))
        if left < 0:
            break
        kept.append(line)
    return Brief(_system(question, members, "\n".join(kept)), lines)


def _size(question: Question, lines: str) -> int:
    """About how many tokens there are without members and examples."""
    return round(
        _PLAINER * estimate(_system(question, "", "") + json.dumps(declared(question.lang), ensure_ascii=False))
    ) + estimate(lines)


def _system(question: Question, members: str, examples: str) -> str:
    today = question.today.isoformat()
    return prompts.render("agent.system", question.lang, today=today, grammar=grammar(), members=members, examples=examples)


def _told(told: "_Teller", partial: SemanticQuery | None, last: SemanticQuery | None) -> dict[str, str]:
    """The parts of the question's message."""
    asked = told.asked
    unread = ", ".join(piece.text for piece in asked.cover if piece.role == "unread")
    return {
        "question": asked.text,
        "mentions": told.mentions() or told.none,
        "unread": asked.veil.hide(unread) or told.none,
        "partial": told.query(partial),
        "last": told.query(last),
        "literals": told.literals() or told.none,
    }


@dataclass(frozen=True, slots=True)
class _Teller:
    """The small texts of the question's message."""

    asked: Veiled
    model: SemanticModel
    lang: Lang

    @property
    def none(self) -> str:
        return prompts.render("agent.none", self.lang)

    def literals(self) -> str:
        """What may be said about each placeholder of the question."""
        return "; ".join(f"<{hidden.name}> {hidden.hint}" for hidden in self.asked.veil.literals.values() if hidden.needed)

    def mentions(self) -> str:
        """What the declared names of the question may mean."""
        found = []
        for piece in self.asked.cover:
            senses = [sense for sense in piece.senses if not sense.stored][:3]
            if senses:
                told = (s.name if s.kind != "value" else f"{s.name}={s.value}" for s in senses)
                found.append(f"{piece.text} = {' | '.join(told)}")
        return "; ".join(found)

    def query(self, query: SemanticQuery | None) -> str:
        """A query of ours as it may leave."""
        if query is None:
            return self.none
        known: Mapping[str, frozenset[Any]] = {
            name: frozenset(value.value for value in dimension.values) for name, dimension in self.model.dimensions.items()
        }
        return _dumped(self.asked.veil.veiled(unnamed(short(query)), known))


def _dumped(body: Any) -> str:  # noqa: ANN401 - JSON of any shape
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
