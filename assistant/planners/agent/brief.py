"""What a model is told at the beginning of a turn: the task, the types, the members near the question, examples, the question.

In: the question as it may leave, what rules understood of it, the model as its asker sees it. Out: two texts, small whatever the
size of the model. Values of earlier queries stand under placeholders too. Never fails.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import prompts
from assistant.planners.agent.examples import Template
from assistant.planners.agent.grammar import grammar, short
from assistant.planners.agent.members import listed, nearest
from assistant.planners.agent.veiling import Veiled
from assistant.qa import Interpretation, Lang, Question
from semantic_layer.model import SemanticModel
from semantic_layer.query import SemanticQuery

MEMBER_TOKENS = 800


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
    understood = [sense.name for piece in asked.cover for sense in piece.senses]
    told = _Teller(asked, model, lang)
    system = prompts.render(
        "agent.system",
        lang,
        today=question.today.isoformat(),
        grammar=grammar(),
        members=listed(nearest(model, asked.text, understood), lang, MEMBER_TOKENS),
        examples="\n".join(f"{pair.text} → {_dumped(pair.query)}" for pair in examples),
    )
    partial = next((choice.query for choice in ruled.choices if choice.query is not None), None)
    unread = ", ".join(piece.text for piece in asked.cover if piece.role == "unread")
    lines = prompts.render(
        "agent.question",
        lang,
        question=asked.text,
        mentions=told.mentions() or told.none,
        unread=asked.veil.hide(unread) or told.none,
        partial=told.query(partial),
        last=told.query(last),
        literals=told.literals() or told.none,
    )
    return Brief(system, lines)


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
        declared: Mapping[str, frozenset[Any]] = {
            name: frozenset(value.value for value in dimension.values) for name, dimension in self.model.dimensions.items()
        }
        return _dumped(self.asked.veil.veiled(short(query), declared))


def _dumped(body: Any) -> str:  # noqa: ANN401 - JSON of any shape
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
