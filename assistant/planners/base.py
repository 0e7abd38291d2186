"""What a planner beside the rules is given to stand on.

In: what `app` has put together. Out: one frozen value; an entry of `wenke.planners` other than `rules` is called with it and
returns a `Planner`. (The rules are called with the index and the calendar alone.) Nothing here computes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assistant.egress import Egress
from assistant.language.calendar import Calendar
from assistant.language.values import ValueIndex
from assistant.ports import Engine, Planner
from assistant.qa import Lang
from assistant.settings import LlmSettings
from semantic_layer.learned import Verified
from semantic_layer.model import SemanticModel


@dataclass(frozen=True, slots=True)
class Grounds:
    """`floor`: the rules; `model`: the whole one, whoever asks; `questions`: the domain's own, and `verified`:
    those whose query a person found right, for examples; `key`: changes with
    the domain's files; `mode`: auto asks a model only where the rules did not understand everything."""

    floor: Planner
    index: ValueIndex
    calendar: Calendar
    model: SemanticModel
    engine: Engine
    llm: LlmSettings
    egress: Egress
    questions: Mapping[Lang, tuple[str, ...]]
    key: str
    mode: Literal["auto", "agent"]
    verified: tuple[Verified, ...] = ()
