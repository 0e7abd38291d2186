"""What a model may call: the tools as an OpenAI-compatible service wants them declared, and what a call of one does.

In: a language; a `Turn` with the name and arguments that a model wrote. Out: declarations, made once; a text for the model. Wrong
arguments and unknown names come back as text: nothing that a model can write makes it raise.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, model_validator

import prompts
from assistant.planners.agent.turn import MOST_ASKS, Turn
from assistant.qa import Lang


def parsed(value: object) -> object:
    """Some models write the query as a text of JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


class RunQuery(BaseModel):
    query: Annotated[dict[str, Any], BeforeValidator(parsed)]
    rest: list[Annotated[dict[str, Any], BeforeValidator(parsed)]] = Field(default_factory=list, max_length=MOST_ASKS - 1)

    @model_validator(mode="before")
    @classmethod
    def _wrapped(cls, given: Any) -> Any:  # noqa: ANN401 - whatever a model writes
        """Some models write the query itself where its wrapping is wanted."""
        return {"query": given} if isinstance(given, dict) and "kind" in given and "query" not in given else given


class LookUp(BaseModel):
    words: str


class AskPerson(BaseModel):
    question: str
    choices: list[str]


class Describe(BaseModel):
    members: list[str]


class RunSql(BaseModel):
    sql: str


class GiveUp(BaseModel):
    pass


_TOOLS: Mapping[str, tuple[type[BaseModel], Callable[..., str]]] = {
    "run_query": (RunQuery, Turn.run_query),
    "look_up": (LookUp, Turn.look_up),
    "ask_person": (AskPerson, Turn.ask_person),
    "describe": (Describe, Turn.describe),
    "run_sql": (RunSql, Turn.run_sql),
    "give_up": (GiveUp, Turn.give_up),
}


_UNTOLD = frozenset({"title", "maxItems"})
"""Of a schema: what a model need not be told."""


@cache
def declared(lang: Lang) -> tuple[dict[str, Any], ...]:
    """The tools with their schemas, described in the asker's language."""
    return tuple(
        {
            "type": "function",
            "function": {
                "name": name,
                "description": prompts.render(f"agent.{name}", lang),
                "parameters": _untitled(schema.model_json_schema()),
            },
        }
        for name, (schema, _) in _TOOLS.items()
    )


def called(turn: Turn, name: str, arguments: Any) -> str:  # noqa: ANN401 - whatever a model writes
    """What a call says to the model."""
    known = _TOOLS.get(name)
    if known is None:
        return turn.misused(", ".join(_TOOLS))
    schema, tool = known
    try:
        given = schema.model_validate(arguments)
    except (ValidationError, RecursionError):
        return turn.misused(f"{name}({', '.join(schema.model_fields)})")
    return tool(turn, **{field: getattr(given, field) for field in schema.model_fields})


def together(calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]] | None:
    """The calls of a reply with its queries in one: who calls twice at once answers two asks, and the first must not end the turn for
    the second. None where there are no two that can be made."""
    asks = [call for call in calls if call["name"] == "run_query"]
    try:
        given = [RunQuery.model_validate(call["args"]) for call in asks]
    except (ValidationError, RecursionError):
        return None
    bodies: list[dict[str, Any]] = []
    for body in (body for one in given for body in (one.query, *one.rest)):
        bodies += [body] if body not in bodies else []
    if len(asks) < 2:
        return None
    first = {**asks[0], "args": {"query": bodies[0], "rest": bodies[1:]}}
    return [first if call is asks[0] else dict(call) for call in calls if call is asks[0] or call["name"] != "run_query"]


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    """A JSON schema without titles, which say what the names say already."""
    fields = {name: {k: v for k, v in field.items() if k not in _UNTOLD} for name, field in schema["properties"].items()}
    return {"type": "object", "properties": fields, "required": schema.get("required", [])}
